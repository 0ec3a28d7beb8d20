# Two stages: the first installs the locked packages, the second holds only what runs.
FROM python:3.13-slim AS build
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:3.13-slim
WORKDIR /app
COPY --from=build /venv /venv
COPY bot bot
COPY intents intents
COPY content content
# Compiled, and learnt from the phrases, now, since the file system may be read-only later.
RUN /venv/bin/python -m compileall -q bot intents content && /venv/bin/python -m content check && \
    /venv/bin/python -m bot ask hello
# What lasts is kept here, unless DATABASE_URL names a PostgreSQL.
RUN mkdir /data && chown 10001:10001 /data
VOLUME /data
USER 10001:10001
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 BOT_DATA_DIR=/data
# Whether Telegram is heard; who needs to know whether it takes updates asks /readyz.
HEALTHCHECK --interval=60s --start-period=30s CMD ["/venv/bin/python", "-c", \
  "from urllib.request import urlopen; urlopen('http://127.0.0.1:9464/healthz', timeout=3)"]
ENTRYPOINT ["/venv/bin/python", "-m", "bot"]
CMD ["run"]
