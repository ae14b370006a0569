"""Services, ingresses, policies and meshes."""

from detection.innocent import kind
from detection.innocent.parts import ca_bundle, meta, name
from detection.samples import make


@kind("Service")
def service(rnd):
    return meta(rnd, "Service", "v1", "  annotations:\n    service.beta.kubernetes.io/aws-load-balancer-ssl-cert: "
                f"arn:aws:acm:eu-west-1:{make('{digit:12}', rnd)}:certificate/{make('{uuid}', rnd)}\n") + (
        f"spec:\n  type: ClusterIP\n  selector: {{app: {name(rnd)}}}\n  ports:\n  - name: http\n    port: 80\n    targetPort: {rnd.randrange(3000, 9999)}\n")


@kind("Ingress")
def ingress(rnd):
    host = f"{name(rnd)}.acme.example"
    return meta(rnd, "Ingress", "networking.k8s.io/v1", "  annotations:\n    cert-manager.io/cluster-issuer: letsencrypt-prod\n"
                "    nginx.ingress.kubernetes.io/auth-url: https://auth.acme.example/oauth2/auth\n"
                "    nginx.ingress.kubernetes.io/auth-secret: basic-auth\n"
                "    nginx.ingress.kubernetes.io/auth-response-headers: X-Auth-Request-Access-Token, Authorization\n"
                "    nginx.ingress.kubernetes.io/configuration-snippet: |\n      auth_request_set $token $upstream_http_x_auth_request_access_token;\n"
                "      proxy_set_header Authorization $http_authorization;\n      proxy_set_header X-Access-Token $token;\n") + (
        f"spec:\n  ingressClassName: nginx\n  tls:\n  - hosts: [{host}]\n    secretName: {name(rnd)}-tls\n  rules:\n  - host: {host}\n"
        "    http:\n      paths:\n      - path: /api/tokens\n        pathType: Prefix\n        backend:\n          service: {name: api, port: {name: http}}\n")


@kind("NetworkPolicy")
def policy(rnd):
    return meta(rnd, "NetworkPolicy", "networking.k8s.io/v1") + (
        f"spec:\n  podSelector: {{matchLabels: {{app: {name(rnd)}}}}}\n  policyTypes: [Ingress, Egress]\n  egress:\n  - to:\n"
        f"    - ipBlock: {{cidr: 10.{rnd.randrange(255)}.0.0/16}}\n    ports:\n    - {{protocol: TCP, port: 5432}}\n")


@kind("HTTPRoute")
def route(rnd):
    return meta(rnd, "HTTPRoute", "gateway.networking.k8s.io/v1") + (
        "spec:\n  parentRefs: [{name: public}]\n  rules:\n  - matches:\n    - path: {type: PathPrefix, value: /oauth/token}\n"
        "      headers:\n      - name: X-Api-Key\n        type: RegularExpression\n        value: \".+\"\n    filters:\n"
        "    - type: RequestHeaderModifier\n      requestHeaderModifier:\n        remove: [Authorization]\n")


@kind("VirtualService")
def virtual(rnd):
    return meta(rnd, "VirtualService", "networking.istio.io/v1") + (
        f"spec:\n  hosts: [{name(rnd)}]\n  http:\n  - match:\n    - headers:\n        x-api-version: {{exact: v2}}\n"
        "        authorization: {prefix: \"Bearer \"}\n    route:\n    - destination: {host: api, subset: v2}\n      weight: 90\n")


@kind("RequestAuthentication")
def request_authentication(rnd):
    return meta(rnd, "RequestAuthentication", "security.istio.io/v1") + (
        "spec:\n  jwtRules:\n  - issuer: https://id.acme.example/realms/shop\n    jwksUri: https://id.acme.example/certs\n"
        f"    audiences: [{make('{uuid}', rnd)}]\n    fromHeaders:\n    - name: x-jwt-assertion\n      prefix: \"Bearer \"\n"
        f"    outputPayloadToHeader: x-jwt-payload\n    jwks: '{{\"keys\":[{{\"kty\":\"RSA\",\"e\":\"AQAB\",\"kid\":\"{make('{base64url:43}', rnd)}\",\"n\":\"{make('{base64url:342}', rnd)}\"}}]}}'\n")


@kind("webhook configuration")
def webhook(rnd):
    which = rnd.choice(["Mutating", "Validating"])
    return meta(rnd, f"{which}WebhookConfiguration", "admissionregistration.k8s.io/v1", namespaced=False) + (
        f"webhooks:\n- name: secrets.{name(rnd)}.acme.example\n  clientConfig:\n    caBundle: {ca_bundle(rnd)}\n    service:\n"
        "      name: hook\n      namespace: security\n      path: /mutate-secrets\n  rules:\n  - apiGroups: [\"\"]\n"
        "    apiVersions: [v1]\n    operations: [CREATE]\n    resources: [secrets]\n  admissionReviewVersions: [v1]\n  sideEffects: None\n")


@kind("EnvoyFilter")
def envoy(rnd):
    return meta(rnd, "EnvoyFilter", "networking.istio.io/v1alpha3") + (
        "spec:\n  configPatches:\n  - applyTo: HTTP_FILTER\n    patch:\n      operation: INSERT_BEFORE\n      value:\n"
        "        name: envoy.filters.http.lua\n        typed_config:\n          \"@type\": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua\n"
        "          inlineCode: |\n            function envoy_on_request(handle)\n              local token = handle:headers():get(\"authorization\")\n"
        "              if token == nil then handle:respond({[\":status\"] = \"401\"}, \"missing token\") end\n            end\n")


@kind("Traefik middleware")
def traefik(rnd):
    return meta(rnd, "Middleware", "traefik.io/v1alpha1") + (
        "spec:\n  forwardAuth:\n    address: http://auth.security.svc/verify\n    authResponseHeaders: [X-Auth-User, X-Secret]\n"
        "  basicAuth:\n    secret: basic-auth-users\n    headerField: X-WebAuth-User\n")
