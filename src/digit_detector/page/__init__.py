"""The Streamlit page: thin, and the only room that knows Streamlit."""
