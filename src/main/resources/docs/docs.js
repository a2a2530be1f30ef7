// The page shows a lock without the scope that opens it, and no extensions that can be read: they go into the descriptions.
const described = {
  statePlugins: {
    spec: {
      wrapActions: {
        updateJsonSpec: (update) => (contract) => {
          const operations = Object.values(contract.paths).flatMap(Object.values).filter((part) => part.operationId);
          operations.forEach(nameScope);
          [contract.components, ...operations].flatMap((owner) => Object.values(owner.responses)).forEach(listCodes);
          return update(contract);
        },
      },
    },
  },
};

function nameScope(operation) {
  const scope = operation.security[0]?.bearer[0];
  operation.description = `${scope ? `Scope \`${scope}\`.` : 'Without a token.'}\n\n${operation.description}`;
}

function listCodes(response) {
  const codes = Object.entries(response['x-problem-codes'] ?? {});
  if (codes.length > 0) {
    response.description += `\n\n${codes.map(([code, when]) => `- \`${code}\`: ${when}`).join('\n')}`;
  }
}

// No validatorUrl: the page asks nobody but the engine that serves it.
SwaggerUIBundle({
  url: '/api/v1/openapi.yaml',
  dom_id: '#docs',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  plugins: [described],
  validatorUrl: null,
});
