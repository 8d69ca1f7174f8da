# The page as the Space and any other server run it: what serves, without torch, as a user who can change nothing here.
# `make rehearse` runs these commands where there is no Docker.
FROM python:3.11-slim AS serving

# CORS protection stays on also for the frame in which the Space's site shows the page, since the frame's page and its
# web socket share one host. The Space's proxies call from 10.0.0.0/8: only what they say of who asked is believed, so
# that each visitor has limits of their own.
ENV PYTHONUNBUFFERED=1 \
    FORWARDED_ALLOW_IPS=127.0.0.1,10.0.0.0/8 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 \
    STREAMLIT_SERVER_PORT=8501

RUN useradd --uid 1000 --create-home user
WORKDIR /app

# The packages change seldom, and so their layer comes first.
COPY requirements/serve.txt requirements/
RUN pip install --require-hashes --requirement requirements/serve.txt

# An editable install: the weights and /live are read where they lie, and lie there once.
COPY . ./
RUN pip install --no-deps --no-build-isolation --editable . \
    && python -m compileall -q src \
    && python -m digit_detector.show.specification web/specification.json

# The page at /live, which runs in the visitor's own browser; Node.js and what builds it stay out of the image.
FROM node:24-slim AS web
WORKDIR /app/web
COPY web/package.json web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY --from=serving /app/models /app/models
COPY --from=serving /app/src/digit_detector/show/texts /app/src/digit_detector/show/texts
COPY --from=serving /app/web ./
RUN npm run build

FROM serving
COPY --from=web /app/web/dist web/dist

USER 1000
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "-c", \
  "import os, urllib.request as web; base = os.environ.get('STREAMLIT_SERVER_BASE_URL_PATH', '').strip('/'); \
  web.urlopen(f'http://127.0.0.1:{os.environ[\"STREAMLIT_SERVER_PORT\"]}{base and \"/\" + base}/_stcore/health')"]
CMD ["streamlit", "run", "app.py"]
