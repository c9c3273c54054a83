"""A SAML identity provider on pysaml2: sign-in by a form, single logout in both directions, POST and Redirect.

It keeps sessions by a cookie, each with the service providers that have got an assertion. A logout request ends a session
only if issuer, NameID and SessionIndex are exactly those of one of them, and only if its signature verifies under the
certificates in the service provider's metadata.

  idp.py ADDRESS PORT URL DIR PASSWORD

DIR/sp/*.xml is the metadata of service providers and DIR/people/*.json who signs in: {"login": {"attribute": ["value"]}}.
Both are read anew at each request. DIR/cert has idp.key and idp.crt.
"""

import glob
import html
import http.cookies
import http.server
import json
import secrets
import sys
import threading
import urllib.parse

from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT, saml, samlp
from saml2.authn_context import PASSWORDPROTECTEDTRANSPORT
from saml2.config import IdPConfig
from saml2.saml import NAMEID_FORMAT_PERSISTENT
from saml2.server import Server
from saml2.sigver import verify_redirect_signature
from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA256

ADDRESS, PORT, URL, DIR, PASSWORD = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4], sys.argv[5]
ENTITY_ID = URL + "/metadata"

lock = threading.Lock()
sessions = {}  # cookie -> {"login": …, "participants": [(entity ID, NameID as text, SessionIndex)]}
pending = {}  # form -> (message, binding of the answer, relay state)
logouts = {}  # ID of a logout request of ours -> (browser's session, remaining participants)


def provider(signed=False):
    """Returns pysaml2's server; signed demands a signature inside of each request."""
    both = lambda path: [(URL + path, BINDING_HTTP_POST), (URL + path, BINDING_HTTP_REDIRECT)]
    return Server(config=IdPConfig().load({
        "entityid": ENTITY_ID,
        "service": {"idp": {
            "endpoints": {"single_sign_on_service": both("/sso"), "single_logout_service": both("/slo")},
            "policy": {"default": {"lifetime": {"minutes": 5}, "attribute_restrictions": None,
                                   "name_form": "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified"}},
            "want_authn_requests_signed": signed,
            "sign_response": True, "sign_assertion": True,
            "signing_algorithm": SIG_RSA_SHA256, "digest_algorithm": DIGEST_SHA256,
        }},
        "key_file": DIR + "/cert/idp.key", "cert_file": DIR + "/cert/idp.crt",
        "metadata": {"local": sorted(glob.glob(DIR + "/sp/*.xml"))} if glob.glob(DIR + "/sp/*.xml") else {},
        "xmlsec_binary": "/usr/bin/xmlsec1",
    }))


def people():
    found = {}
    for file in glob.glob(DIR + "/people/*.json"):
        with open(file, encoding="utf-8") as f:
            found.update(json.load(f))
    return found


def subject(name_id):
    """Everything that a logout request has to repeat."""
    return (name_id.text, name_id.format, name_id.name_qualifier, name_id.sp_name_qualifier, name_id.sp_provided_id)


class Refused(Exception):
    pass


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.serve(urllib.parse.urlsplit(self.path).query, BINDING_HTTP_REDIRECT)

    def do_POST(self):
        body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), 1 << 20))
        self.serve(body.decode(), BINDING_HTTP_POST)

    def serve(self, raw, binding):
        self.fields = {k: v[0] for k, v in urllib.parse.parse_qs(raw, keep_blank_values=True).items()}
        path = urllib.parse.urlsplit(self.path).path
        handler = {"/metadata": self.metadata, "/sso": self.sign_on, "/login": self.login, "/slo": self.logout, "/logout": self.start_logout}.get(path)
        try:
            if handler is None:
                self.page(404, "Not found", "There is nothing here.")
            else:
                handler(binding)
        except Refused as e:
            self.page(400, "Refused", str(e))
        except Exception as e:  # pysaml2 tells what it refuses by many kinds of exceptions
            self.log_error("%s: %r", path, e)
            self.page(400, "Refused", f"{type(e).__name__}: {e}")

    # --- sign-in

    def metadata(self, _):
        from saml2.metadata import create_metadata_string
        self.answer(200, "application/samlmetadata+xml", create_metadata_string(None, config=provider().config))

    def sign_on(self, binding):
        idp, message = self.receive(binding, lambda idp: idp.parse_authn_request(self.fields["SAMLRequest"], binding))
        session = self.session()
        if session and message.force_authn != "true":
            return self.assertion(idp, message, self.fields.get("RelayState", ""), session)
        form = secrets.token_urlsafe(16)
        pending[form] = (message, self.fields.get("RelayState", ""))
        self.form(form)

    def form(self, form, wrong=""):
        self.page(200, "Sign in to the second partner", wrong, f"""
<form method="post" action="/login"><input type="hidden" name="form" value="{form}">
<label for="login">Login</label> <input id="login" name="login" required autofocus>
<label for="password">Password</label> <input id="password" name="password" type="password" required>
<button>Sign in</button></form>""")

    def login(self, _):
        form = self.fields.get("form", "")
        if form not in pending:
            raise Refused("This form is over.")
        login = self.fields.get("login", "")
        if login not in people() or self.fields.get("password") != PASSWORD:
            return self.form(form, "The login or the password is wrong.")
        message, relay_state = pending.pop(form)
        session = {"login": login, "participants": []}
        self.cookie = secrets.token_urlsafe(24)
        sessions[self.cookie] = session
        self.assertion(provider(), message, relay_state, session)

    def assertion(self, idp, message, relay_state, session):
        entity = message.issuer.text
        name_id = saml.NameID(format=NAMEID_FORMAT_PERSISTENT, name_qualifier=ENTITY_ID, sp_name_qualifier=entity, text=secrets.token_hex(16))
        args = idp.response_args(message, [BINDING_HTTP_POST])
        response = str(idp.create_authn_response(
            people()[session["login"]], in_response_to=message.id, destination=args["destination"], sp_entity_id=entity, name_id=name_id,
            authn={"class_ref": PASSWORDPROTECTEDTRANSPORT, "authn_auth": URL}, sign_response=True, sign_assertion=True,
            sign_alg=SIG_RSA_SHA256, digest_alg=DIGEST_SHA256))
        made = samlp.response_from_string(response).assertion[0]
        with lock:
            session["participants"].append((entity, subject(made.subject.name_id), made.authn_statement[0].session_index, made.subject.name_id))
        self.carry(idp, BINDING_HTTP_POST, response, args["destination"], relay_state, response=True)

    # --- single logout

    def logout(self, binding):
        if "SAMLResponse" in self.fields:
            return self.logout_answer(binding)
        idp, message = self.receive(binding, lambda idp: idp.parse_logout_request(self.fields["SAMLRequest"], binding))
        wanted = (message.issuer.text, subject(message.name_id), message.session_index[0].text if message.session_index else None)
        with lock:
            found = [c for c, s in sessions.items() if any(p[:3] == wanted for p in s["participants"])]
            for c in found:
                del sessions[c]
        if not found:
            self.log_error("no session of %r", wanted)
        status = None if found else samlp.Status(status_code=samlp.StatusCode(value=samlp.STATUS_REQUESTER))
        where = next(b for b in (binding, BINDING_HTTP_POST, BINDING_HTTP_REDIRECT) if idp.metadata.single_logout_service(message.issuer.text, b, "spsso"))
        answer = idp.create_logout_response(message, [where], status=status, sign=where == BINDING_HTTP_POST, sign_alg=SIG_RSA_SHA256, digest_alg=DIGEST_SHA256)
        self.cookie = ""
        self.carry(idp, where, str(answer), answer_destination(idp, message.issuer.text, where), self.fields.get("RelayState", ""), response=True)

    def start_logout(self, binding):
        session = self.session()
        if not session:
            raise Refused("There is no session.")
        by = BINDING_HTTP_POST if self.fields.get("binding") == "post" else BINDING_HTTP_REDIRECT
        with lock:
            sessions.pop(self.cookie_value(), None)
        self.cookie = ""
        self.next(by, list(session["participants"]))

    def next(self, binding, remaining):
        if not remaining:
            return self.page(200, "Signed out", "You are signed out of all applications.")
        idp = provider()
        entity, _, index, name_id = remaining[0]
        destination = answer_destination(idp, entity, binding)
        request_id, request = idp.create_logout_request(destination, entity, name_id=name_id, session_indexes=[index], sign=binding == BINDING_HTTP_POST,
                                                        sign_alg=SIG_RSA_SHA256, digest_alg=DIGEST_SHA256)
        logouts[request_id] = (binding, remaining[1:])
        self.carry(idp, binding, str(request), destination, "state-" + request_id[-8:], response=False)

    def logout_answer(self, binding):
        idp, answer = self.receive(binding, lambda idp: idp.parse_logout_request_response(self.fields["SAMLResponse"], binding))
        message = answer.response if hasattr(answer, "response") else answer
        if message.in_response_to not in logouts:
            raise Refused("This answers nothing.")
        by, remaining = logouts.pop(message.in_response_to)
        if message.status.status_code.value != samlp.STATUS_SUCCESS:
            raise Refused("The application did not sign out: " + message.status.status_code.value)
        self.next(by, remaining)

    # --- messages

    def receive(self, binding, parse):
        """Reads and checks a message; returns the server that read it and the message."""
        idp = provider(signed=binding == BINDING_HTTP_POST)
        parsed = parse(idp)
        if parsed is None:
            raise Refused("The message cannot be read.")
        message = getattr(parsed, "message", None) or parsed.response
        if binding == BINDING_HTTP_REDIRECT:
            self.signed_query(idp, message.issuer.text)
        return idp, (message if hasattr(parsed, "message") else parsed)

    def signed_query(self, idp, entity):
        if "Signature" not in self.fields:
            raise Refused("The redirect is not signed.")
        certificates = idp.metadata.certs(entity, "any", "signing")
        crypto = idp.sec.sec_backend
        if not any(verify_redirect_signature(self.fields, crypto, c[1] if isinstance(c, tuple) else c) for c in certificates):
            raise Refused("The signature of the redirect is wrong.")

    def carry(self, idp, binding, message, destination, relay_state, response):
        sign = binding == BINDING_HTTP_REDIRECT
        args = idp.apply_binding(binding, message, destination, relay_state, response=response, sign=sign, sigalg=SIG_RSA_SHA256)
        if binding == BINDING_HTTP_REDIRECT:
            return self.answer(303, "text/plain", "", dict(args["headers"])["Location"])
        data = args["data"]
        self.answer(200, "text/html; charset=utf-8", data if isinstance(data, str) else "".join(data))

    # --- HTTP

    def cookie_value(self):
        jar = http.cookies.SimpleCookie(self.headers.get("Cookie", ""))
        return jar["pysaml2_idp"].value if "pysaml2_idp" in jar else ""

    def session(self):
        with lock:
            return sessions.get(self.cookie_value())

    cookie = None  # to set; "" deletes

    def page(self, status, title, text, more=""):
        self.answer(status, "text/html; charset=utf-8", f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>
<link rel="icon" href="data:,"></head><body><main><h1>{html.escape(title)}</h1><p>{html.escape(text)}</p>{more}</main></body></html>""")

    def answer(self, status, kind, body, location=None):
        raw = body if isinstance(body, bytes) else body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(raw)))
        self.send_header("Cache-Control", "no-store")
        if location:
            self.send_header("Location", location)
        if self.cookie is not None:
            self.send_header("Set-Cookie", f"pysaml2_idp={self.cookie}; Path=/; HttpOnly" + ("" if self.cookie else "; Max-Age=0"))
        self.end_headers()
        self.wfile.write(raw)


def answer_destination(idp, entity, binding):
    return idp.metadata.single_logout_service(entity, binding, "spsso")[0]["location"]


http.server.ThreadingHTTPServer((ADDRESS, PORT), Handler).serve_forever()
