// No validatorUrl: the page asks nobody but the engine that serves it.
SwaggerUIBundle({
  url: '/api/v1/openapi.yaml',
  dom_id: '#docs',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  validatorUrl: null,
});
