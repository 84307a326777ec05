import { fileURLToPath } from "node:url";
import Fastify from "fastify";
import { GuijuError, loadPack } from "guiju";

const STATUS = { DATA: 422, LIMIT: 413, ARGUMENT: 400, ENTITY: 404 };

export function server(pack) {
  const app = Fastify({ bodyLimit: 10 << 20 });
  // As text: parsed by JavaScript, long numbers would be rounded.
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, text, done) => done(null, text));
  app.post("/evaluate", ({ body }) => pack.evaluate(body));
  app.post("/validate/:entity", ({ body, params }) => pack.validate(params.entity, body));
  app.setErrorHandler((error, request, reply) => {
    if (!(error instanceof GuijuError)) return reply.send(error);
    const { code, message, diagnostics } = error;
    return reply.status(STATUS[code] ?? 500).send({ code, message, diagnostics });
  });
  return app;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const pack = await loadPack({ url: new URL("./venue_grants.gjc", import.meta.url) });
  await server(pack).listen({ port: 3000 });
}
