"""Serve over HTTP what needs no Streamlit: the API, the static page /live, rate limits and bounded uploads."""
