# The image of the order engine. It holds the very release that plain hosts get: make that first,
#
#   scripts/lib/package.sh 1.2.3 target/releases/order-engine.tar.gz
#   docker build --build-arg VERSION=1.2.3 --build-arg REVISION=$(git rev-parse HEAD) -t order-engine:1.2.3 .
#
# scripts/deploy.sh does both. Run it with a read-only root, no capabilities and a writable /tmp (native libraries are unpacked there):
#
#   docker run --read-only --tmpfs /tmp:exec --cap-drop ALL --memory 2g --cpus 2 -p 8080:8080 --env-file engine.env order-engine:1.2.3

ARG JDK_IMAGE=eclipse-temurin:25-jdk
ARG BASE_IMAGE=debian:12-slim

# ---- a runtime with the modules that the engine needs, and a cache of its classes, loaded and linked
FROM ${JDK_IMAGE} AS runtime
ARG RELEASE=target/releases/order-engine.tar.gz
COPY ${RELEASE} /tmp/release.tar.gz
COPY deploy/image/make-runtime /tmp/make-runtime
RUN /tmp/make-runtime /tmp/release.tar.gz /app /runtime

# ---- what runs
FROM ${BASE_IMAGE}
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="order-engine" \
      org.opencontainers.image.description="Takes orders over REST, reserves stock, charges, and tells the rest of the world" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="debian:12-slim"
COPY --from=runtime /runtime /opt/java
COPY --from=runtime /app /app
COPY deploy/image/healthy /usr/local/bin/healthy
WORKDIR /app
USER 10001:10001
EXPOSE 8080 8081
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 CMD ["/usr/local/bin/healthy"]
ENTRYPOINT ["/opt/java/bin/java", "@/app/jvm.options", "@/app/cache.options", "-jar", "/app/order-engine.jar"]
