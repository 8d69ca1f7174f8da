"""Serve over HTTP what needs no Streamlit: the API, the static page /live, and rate limits."""
