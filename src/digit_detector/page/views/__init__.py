"""The page's sections, each with a `show` that Streamlit runs."""
