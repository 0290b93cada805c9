import {
  type ApiRoute,
  apiRoutes,
  deployedServices,
  type Profile,
  type ServiceName,
  secretFiles,
} from '@nautilus/config';
import { gatewayInput } from './input';
import { inContainer, type NginxLayout } from './layout';
import { refusalLines } from './refusals';
import { type NginxSettings, toDirective, tuneNginx, zoneSize, zones } from './settings';

const block = (head: string, lines: readonly string[]): string[] => [
  `${head} {`,
  ...lines.map((line) => `  ${line}`),
  '}',
];

/** Temporary files have to have a place, even though no setting lets nginx make one. */
const temporary = (run: string) =>
  ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${run}/${kind};`);

/** Neither queries nor heads: they may carry secrets. A name that failed to log in may be a password in the wrong field. */
const logging = (accessLog: string) => [
  ...block('map $status $logged_user', ["401 '';", 'default $remote_user;']),
  // As the client wrote them: a refusal is an answer to GET of another address inside nginx.
  ...block('map $request $method', ['default "";', '"~^(?<before_space>[A-Z]+) " $before_space;']),
  ...block('map $request_uri $path', ['default "";', '"~^(?<before_query>[^?]*)" $before_query;']),
  'log_format access escape=json',
  `  '{"time":"$time_iso8601","client":"$remote_addr","user":"$logged_user","method":"$method","path":"$path",'`,
  `  '"status":$status,"bytes":$body_bytes_sent,"seconds":$request_time,"upstream":"$upstream_addr","request":"$request_id"}';`,
  `access_log ${accessLog} access;`,
  // Its own line says it already.
  'limit_req_log_level info;',
  'limit_conn_log_level info;',
];

/** Who may do what. A password is checked afterwards, against the same name. */
const decisions = [
  ...block('map $request_method $reads', ['default 0;', 'GET 1;', 'HEAD 1;']),
  // Without a name there is nobody to forbid anything: the check of the password answers.
  ...block('map "$remote_user $reads" $forbidden', ['default 1;', '"~^ " 0;', '"~^trader " 0;', '"~ 1$" 0;']),
  // A WebSocket begins with a GET, whatever is asked over it: what its user may do is for the engine to hold him to.
  ...block('map $remote_user $access', ['default read;', 'trader trade;']),
  // A browser sends the password along with what the page of another site asks for; programs send no origin.
  ...block('map "$http_origin $http_host" $foreign', ['default 1;', '"~^ " 0;', '"~^https://([^ ]+) \\1$" 0;']),
  ...block('map "$reads $foreign" $foreign_change', ['default 0;', '"0 1" 1;']),
  // Grafana has users of its own, and would refuse ours.
  ...block('map $http_authorization $grafana_authorization', ['default $http_authorization;', '"~*^basic " "";']),
  ...block('map $http_upgrade $connection_header', ['default upgrade;', '"" "";']),
  // A browser keeps this for a year and for every port: not for names that others on the machine use, too.
  ...block('map $host $strict_transport', [
    'default "max-age=31536000";',
    'localhost "";',
    '"~^[0-9.]+$" "";',
    '"~^\\[" "";',
  ]),
];

const securityHeaders = {
  'Strict-Transport-Security': '$strict_transport',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'same-origin',
  'Permissions-Policy': '"camera=(), geolocation=(), microphone=()"',
  'X-Request-Id': '$request_id',
};

/** Said once and by the gateway, whatever stands behind it says. */
const headers = Object.entries(securityHeaders).flatMap(([name, value]) => [
  `proxy_hide_header ${name};`,
  `add_header ${name} ${value} always;`,
]);

/** What a service is told of the client; never its password. */
const told = (authorization: string, connection: string) => [
  'proxy_set_header Host $http_host;',
  'proxy_set_header X-Forwarded-For $remote_addr;',
  'proxy_set_header X-Forwarded-Proto https;',
  'proxy_set_header X-Request-Id $request_id;',
  'proxy_set_header X-Nautilus-User $remote_user;',
  `proxy_set_header Authorization ${authorization};`,
  `proxy_set_header Connection ${connection};`,
];

const upgraded = (authorization: string) => [
  ...told(authorization, '$connection_header'),
  'proxy_set_header Upgrade $http_upgrade;',
];

/** Connections stay open a little shorter than an engine keeps them: none is used that the other end has just closed. */
const upstream = (service: ServiceName, layout: NginxLayout) =>
  block(`upstream ${service}`, [
    `server ${layout.upstream(service)} max_fails=0;`,
    'keepalive 16;',
    'keepalive_timeout 60s;',
  ]);

const guard = ['if ($forbidden) { return 403; }', 'if ($foreign_change) { return 403; }'];

/** Without a part of its own `proxy_pass` leaves the address as the client wrote it. */
function apiLocation({ match, path, engine, target }: ApiRoute): string[] {
  const to = target === path ? '' : target;
  return block(`location ${match === 'exact' ? '= ' : ''}${path}`, [...guard, `proxy_pass http://${engine}${to};`]);
}

const grafana = [
  'location = /grafana { return 301 /grafana/; }',
  ...block('location /grafana/', [
    'auth_basic off;',
    ...upgraded('$grafana_authorization'),
    'proxy_pass http://grafana;',
  ]),
];

const webSockets = (place: string, service: ServiceName, { sockets }: NginxSettings) =>
  block(`location ${place}`, [
    'if ($foreign) { return 403; }',
    ...sockets.map(toDirective),
    ...upgraded('""'),
    'proxy_set_header X-Nautilus-Access $access;',
    '# One on which nothing happens stays open.',
    'proxy_read_timeout 1h;',
    `proxy_pass http://${service};`,
  ]);

function tlsServer(profile: Profile, layout: NginxLayout, settings: NginxSettings): string[] {
  const secret = (name: keyof typeof secretFiles) => `${layout.secrets}/${secretFiles[name]}`;
  return block('server', [
    ...settings.tlsServer.map(toDirective),
    `ssl_certificate ${secret('gatewayCertificate')};`,
    `ssl_certificate_key ${secret('gatewayKey')};`,
    'auth_basic "Nautilus";',
    `auth_basic_user_file ${secret('gatewayUsers')};`,
    ...settings.requests.map(toDirective),
    ...headers,
    'proxy_http_version 1.1;',
    ...told('""', '""'),
    ...refusalLines,
    ...healthLocation,
    ...apiRoutes(profile).flatMap(apiLocation),
    'location /api/ { return 404; }',
    '# What every engine measures is for the platform alone.',
    'location = /metrics { return 404; }',
    ...(profile.services.websocket ? webSockets('/ws/', 'websocket', settings) : []),
    ...(profile.services.oms ? webSockets('= /api/v1/ws', 'oms', settings) : []),
    ...(profile.services.grafana ? grafana : []),
    ...block('location /', [...guard, 'proxy_pass http://frontend;']),
  ]);
}

const healthLocation = block('location = /healthz', [
  'auth_basic off;',
  'access_log off;',
  `return 200 '{"status":"live"}';`,
]);

const plainServer = ({ listen, publicPort }: NginxLayout) =>
  block('server', [
    `listen ${listen.plain};`,
    ...healthLocation,
    `location / { return 301 https://$host${publicPort === 443 ? '' : `:${publicPort}`}$request_uri; }`,
  ]);

/** nginx counts its connections itself: printed as Prometheus reads them, no exporter is needed. */
function metricsServer({ listen }: NginxLayout): string[] {
  const connections = ['active', 'reading', 'writing', 'waiting'].map(
    (state) => `nautilus_gateway_connections{state="${state}"} $connections_${state}\\n`,
  );
  const text = [
    '# HELP nautilus_gateway_connections Connections of clients by what they do; active are all of them\\n',
    '# TYPE nautilus_gateway_connections gauge\\n',
    ...connections,
  ].join('');
  return block('server', [
    `listen ${listen.metrics};`,
    'access_log off;',
    ...block('location = /metrics', ["default_type 'text/plain; version=0.0.4';", `return 200 '${text}';`]),
    'location / { return 404; }',
  ]);
}

const countedBy = (variable: string, zone: string) =>
  `limit_conn_zone ${variable} zone=${zone}:${zoneSize.toMountOption()};`;

/** nginx.conf of a profile. Pure: the same profile gives the same text. */
export function gatewayConfiguration(profile: Profile, layout: NginxLayout = inContainer(profile)): string {
  const settings = tuneNginx(gatewayInput(profile), layout.listen.tls);
  const behind = deployedServices(profile)
    .filter(({ name, catalog }) => catalog.kind === 'engine' || name === 'grafana')
    .map(({ name }) => name);
  return [
    '# Made by Nautilus from the profile: edit that instead.',
    'daemon off;',
    `pid ${layout.run}/nginx.pid;`,
    'error_log stderr warn;',
    ...settings.main.map(toDirective),
    ...block('events', settings.events.map(toDirective)),
    ...block('http', [
      'default_type application/json;',
      'absolute_redirect off;',
      ...settings.http.map(toDirective),
      ...temporary(layout.run),
      ...logging(layout.accessLog),
      ...decisions,
      countedBy('$server_port', zones.requests),
      countedBy('$binary_remote_addr', zones.requestsOfClient),
      countedBy('$server_port', zones.sockets),
      countedBy('$binary_remote_addr', zones.socketsOfClient),
      ...behind.flatMap((service) => upstream(service, layout)),
      ...tlsServer(profile, layout, settings),
      ...plainServer(layout),
      ...metricsServer(layout),
    ]),
    '',
  ].join('\n');
}
