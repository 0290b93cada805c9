/** Answers of the gateway itself, in the shape that every engine has for them. */
interface Refusal {
  readonly status: number;
  readonly code: `NAUT_GATEWAY_${string}`;
  readonly message: string;
  readonly fix: string;
}

const refusals: readonly Refusal[] = [
  {
    status: 400,
    code: 'NAUT_GATEWAY_BAD_REQUEST',
    message: 'this is not a request that HTTP allows',
    fix: 'https is spoken on this port; check the head of the request',
  },
  {
    status: 401,
    code: 'NAUT_GATEWAY_UNAUTHENTICATED',
    message: 'nobody is known by this name and password',
    fix: '`nautilus secrets read gateway-viewer-password --output FILE` writes the password of viewer, likewise of trader',
  },
  {
    status: 403,
    code: 'NAUT_GATEWAY_FORBIDDEN',
    message: 'this user may look and not change anything, or a page of another site asked',
    fix: 'ask as trader, from a page of the platform',
  },
  {
    status: 404,
    code: 'NAUT_GATEWAY_ROUTE_UNKNOWN',
    message: 'nothing of the platform has this path',
    fix: 'GET /api/v1/platform lists the services; /api/v1/SERVICE/openapi.json what one of them takes',
  },
  {
    status: 413,
    code: 'NAUT_GATEWAY_BODY_TOO_LARGE',
    message: 'the body is longer than the profile allows (gateway.bodySize)',
    fix: 'send less at once',
  },
  {
    status: 414,
    code: 'NAUT_GATEWAY_URL_TOO_LONG',
    message: 'the address is longer than 8 KiB',
    fix: 'send less at once',
  },
  {
    status: 429,
    code: 'NAUT_GATEWAY_TOO_MANY_REQUESTS',
    message: 'more requests a second than the profile allows one client (gateway.requestsPerSecond)',
    fix: 'ask again in a second',
  },
  {
    status: 502,
    code: 'NAUT_GATEWAY_SERVICE_UNREACHABLE',
    message: 'the service behind this path does not answer',
    fix: 'GET /api/v1/platform/services says which ones do',
  },
  {
    status: 503,
    code: 'NAUT_GATEWAY_BUSY',
    message: 'as many requests are under way as the gateway has memory for',
    fix: 'ask again in a moment',
  },
  {
    status: 504,
    code: 'NAUT_GATEWAY_TIMEOUT',
    message: 'the service behind this path took too long',
    fix: 'GET /api/v1/platform/services says which ones are ready',
  },
];

/** nginx's own codes for what is a bad request: a head that is too long, plain HTTP where TLS is spoken. */
const also: Readonly<Record<number, string>> = { 400: ' 494 497' };

/** Lines of the server that give each status its body. Not by a named location: a request without a readable address cannot go to one. */
export const refusalLines: readonly string[] = refusals.flatMap(({ status, ...body }) => [
  `error_page ${status}${also[status] ?? ''} /refused/${status};`,
  `location = /refused/${status} { internal; return ${status} '${JSON.stringify(body)}'; }`,
]);
