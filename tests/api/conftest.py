from tests.doors import app, client, province

__all__ = ["app", "client", "province"]
