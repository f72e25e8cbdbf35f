"""The blueprint on which every page stands."""

from flask import Blueprint

pages = Blueprint(
    "web", __name__, template_folder="templates", static_folder="static", static_url_path="/static"
)
