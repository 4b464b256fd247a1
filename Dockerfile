# Two stages: the virtual environment is built where pip is, and copied to where only Python is.
FROM debian:trixie-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 python3-venv ca-certificates \
 && rm -rf /var/lib/apt/lists/*
RUN python3 -m venv /opt/hotline
WORKDIR /src
COPY requirements.lock ./
RUN /opt/hotline/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.lock
COPY . .
RUN python3 -m venv /tmp/build \
 && /tmp/build/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements-dev.lock \
 && /tmp/build/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /tmp/wheel . \
 && /opt/hotline/bin/pip install --no-cache-dir --no-deps /tmp/wheel/*.whl \
 && /opt/hotline/bin/pip uninstall -y pip

FROM debian:trixie-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 ca-certificates tzdata \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --system --gid 10001 hotline \
 && useradd --system --uid 10001 --gid 10001 --home-dir /var/lib/hotline --create-home hotline
COPY --from=build /opt/hotline /opt/hotline
ENV PATH=/opt/hotline/bin:$PATH PYTHONDONTWRITEBYTECODE=1
USER 10001
WORKDIR /var/lib/hotline
VOLUME /var/lib/hotline
EXPOSE 8780
# Settings: mount /etc/hotline-gateway/gateway.toml. The root file system may be read-only. To be reached from outside the
# container it needs HOTLINE_HTTP__HOST=0.0.0.0 and a token file; by default it listens inside only.
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s CMD ["hotline", "probe"]
ENTRYPOINT ["hotline"]
CMD ["run"]
