# Picket as a container; doc/container.md says how to run it.
FROM debian:bookworm AS build
WORKDIR /src
COPY scripts/install-dependencies scripts/
RUN scripts/install-dependencies product
COPY CMakeLists.txt ./
COPY cmake cmake
COPY sdk sdk
COPY plugin plugin
COPY host-sim host-sim
COPY manifests manifests
COPY scripts/build scripts/
RUN scripts/build --product && cmake --install build-product --prefix /opt/picket --strip

# The packages are those that hold the libraries the commands are linked with, and the certificates of public authorities.
FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        ca-certificates libboost-url1.81.0 libcmark-gfm0.29.0.gfm.6 libfmt9 libpq5 libsoci-core4.0 libsoci-postgresql4.0 \
        libsoci-sqlite3-4.0 libspdlog1.10 libsqlite3-0 libssl3 libstdc++6 libxml2 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --no-create-home --home-dir /db --shell /usr/sbin/nologin picket \
    && install -d -m 0700 -o picket -g picket /db
COPY --from=build /opt/picket /opt/picket
COPY scripts/container/picket scripts/container/picket-health /usr/local/bin/

ENV PICKET_DATA=/db
WORKDIR /db
VOLUME /db
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["picket-health"]
# No USER: the command itself leaves root, after it has taken over a /db folder that the engine or an older container made as root.
ENTRYPOINT ["picket"]
CMD ["serve"]
