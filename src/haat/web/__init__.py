"""The shop over HTTP: pages for people, an API for programs, and the WSGI application that serves both."""
