import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { CodedError } from '../domain/coded-error';
import { EngineError, type ErrorBody, errorBody } from './errors';
import { describeIssue, type Issue } from './issues';

/** Fastify's errors that a client can repair, and what they are called here. */
const clientErrors: Readonly<Record<string, { code: string; fix?: string; allowed?: string }>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: { code: 'NAUT_JSON_MALFORMED', fix: 'send one JSON value' },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: 'NAUT_JSON_MALFORMED', fix: 'send one JSON value' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: 'NAUT_MEDIA_TYPE_UNSUPPORTED', allowed: 'application/json' },
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'NAUT_BODY_TOO_LARGE', allowed: 'at most 256 KiB' },
  FST_ERR_BAD_URL: {
    code: 'NAUT_URL_MALFORMED',
    fix: 'encode what is not a plain character as % and two hexadecimal digits',
  },
  FST_ERR_MAX_PARAM_LENGTH: { code: 'NAUT_URL_TOO_LONG', allowed: 'at most 100 characters between two slashes' },
};

interface FastifyProblem extends Error {
  readonly code?: string;
  readonly statusCode?: number;
  readonly validation?: readonly {
    readonly keyword: string;
    readonly instancePath: string;
    readonly message: string;
    readonly params: Readonly<Record<string, unknown>>;
  }[];
  /** body, params or querystring */
  readonly validationContext?: string;
}

function requestIssues(error: FastifyProblem, request: FastifyRequest): Issue[] {
  const part = error.validationContext ?? 'body';
  const input = part === 'body' ? request.body : part === 'params' ? request.params : request.query;
  return (error.validation ?? []).map(({ keyword, instancePath, message, params }) => {
    const path = instancePath.split('/').filter((segment) => segment !== '');
    const issue = describeIssue(input, path, keyword, { ...params, message });
    return { ...issue, path: [part === 'querystring' ? 'query' : part, ...path].join('.') };
  });
}

function invalidRequest(error: FastifyProblem, request: FastifyRequest): ErrorBody {
  const issues = requestIssues(error, request);
  const first = issues[0];
  return {
    code: 'NAUT_REQUEST_INVALID',
    message: first ? `${first.path}: ${first.message}` : error.message,
    value: first?.value,
    allowed: first?.allowed,
    fix: 'see /openapi.json for what this route takes',
    details: { issues },
  };
}

/** Answers with what a client can repair; also for what the router refuses before a route is found. */
export function refuse(
  error: Pick<FastifyProblem, 'code' | 'message' | 'statusCode'>,
  reply: FastifyReply,
): FastifyReply {
  const { code = 'NAUT_REQUEST_REFUSED', ...rest } = clientErrors[error.code ?? ''] ?? {};
  return reply.code(error.statusCode ?? 400).send({ code, message: error.message, ...rest });
}

/** Every answer that is not a success has the same shape, wherever in the server it comes from. */
export function installErrors(app: FastifyInstance, log: Logger): void {
  app.setErrorHandler((error: FastifyProblem, request, reply) => {
    if (error instanceof CodedError) {
      const status = error instanceof EngineError ? error.status : 500;
      if (status >= 500) log.error({ err: error, method: request.method, url: request.url }, error.message);
      return reply.code(status).send(errorBody(error));
    }
    if (error.validation) return reply.code(400).send(invalidRequest(error, request));
    if (clientErrors[error.code ?? ''] || (error.statusCode !== undefined && error.statusCode < 500))
      return refuse(error, reply);
    log.error({ err: error, method: request.method, url: request.url }, 'a request failed');
    return reply.code(500).send({
      code: 'NAUT_INTERNAL',
      message: `${request.method} ${request.routeOptions.url ?? request.url} failed inside the engine`,
      fix: 'the log of the engine has the error',
    });
  });
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send({
      code: 'NAUT_ROUTE_UNKNOWN',
      message: `there is no ${request.method} ${request.url}`,
      value: `${request.method} ${request.url}`,
      fix: 'GET /openapi.json lists the routes',
    }),
  );
}
