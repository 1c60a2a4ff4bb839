/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import static dev.breakwater.server.enrollment.EstRequests.PKCS10;
import static dev.breakwater.server.enrollment.EstRequests.get;
import static dev.breakwater.server.enrollment.EstRequests.head;
import static dev.breakwater.server.enrollment.EstRequests.post;

import java.util.List;

/**
 * One rule of RFC 7030 sections 3 and 4, of RFC 8951, or of ours about limits.
 *
 * @param rule its section and what it says
 * @param request the bytes that try it
 * @param status of the answer
 * @param header what the answer's head contains
 */
record EstRule(String rule, String request, int status, String header) {

    private static final String TEXT = "Content-Type: text/plain";
    private static final String CHALLENGE = "WWW-Authenticate: Basic realm=\"";
    private static final String CERTIFICATES =
            "Content-Type: application/pkcs7-mime; smime-type=certs-only\r\n";

    /** What can be asked without proof of anything. */
    static List<EstRule> ofPaths(String csr) {
        return List.of(
                new EstRule("4.1.1: cacerts is open", get("cacerts"), 200, CERTIFICATES),
                new EstRule("4.1.3: a length is declared", get("cacerts"), 200, "Content-Length: "),
                new EstRule("3.2.2: a label may stand", get("tanks/cacerts"), 200, CERTIFICATES),
                new EstRule("3.2.2: a label is no operation", get("csrattrs/cacerts"), 404, TEXT),
                new EstRule("3.2.2: one label at most", get("a/b/cacerts"), 404, TEXT),
                new EstRule(
                        "4.5.2: csrattrs is open",
                        get("csrattrs"),
                        200,
                        "Content-Type: application/csrattrs\r\n"),
                new EstRule(
                        "4.4: no key generation", post("serverkeygen", PKCS10, "", csr), 404, TEXT),
                new EstRule("4.3: no full CMC", post("fullcmc", PKCS10, "", csr), 404, TEXT),
                new EstRule(
                        "3.2.1: enrolling is a POST", get("simpleenroll"), 405, "Allow: POST\r\n"),
                new EstRule(
                        "3.2.1: cacerts is a GET",
                        post("cacerts", PKCS10, "", csr),
                        405,
                        "Allow: GET\r\n"));
    }

    /** Who shows nothing, or nothing good. */
    static List<EstRule> ofAuthentication(String csr, String wrongCode) {
        return List.of(
                new EstRule(
                        "3.2.3: who shows nothing is challenged",
                        post("simpleenroll", PKCS10, "", csr),
                        401,
                        CHALLENGE),
                new EstRule(
                        "3.2.3: who shows another scheme is challenged",
                        post("simpleenroll", PKCS10, "Authorization: Bearer x\r\n", csr),
                        401,
                        CHALLENGE),
                new EstRule(
                        "3.2.3: who shows no base64 is challenged",
                        post("simpleenroll", PKCS10, "Authorization: Basic ???\r\n", csr),
                        401,
                        CHALLENGE),
                new EstRule(
                        "3.2.3: who shows a wrong code is challenged",
                        post("simpleenroll", PKCS10, wrongCode, csr),
                        401,
                        CHALLENGE),
                new EstRule(
                        "3.3.2: re-enrolling takes a certificate",
                        post("simplereenroll", PKCS10, "", csr),
                        403,
                        TEXT));
    }

    /** What a request's body must be; the code is good. */
    static List<EstRule> ofBodies(String csr, String code, String pendingCode) {
        return List.of(
                new EstRule(
                        "4.2.1: another media type",
                        post("simpleenroll", "text/plain", code, csr),
                        415,
                        TEXT),
                new EstRule(
                        "4.2.1: no PKCS#10", post("simpleenroll", PKCS10, code, "AAAA"), 400, TEXT),
                new EstRule("4.2.1: nothing", post("simpleenroll", PKCS10, code, ""), 400, TEXT),
                new EstRule(
                        "RFC 8951 3.1: no base64",
                        post("simpleenroll", PKCS10, code, "-----BEGIN"),
                        400,
                        TEXT),
                new EstRule(
                        "4.2.3: pending is 202 with Retry-After",
                        post("simpleenroll", PKCS10, pendingCode, csr),
                        202,
                        "Retry-After: 30\r\n"));
    }

    /** What is too much; 65,536 bytes are the limit of a body and 8,192 of a head. */
    static List<EstRule> ofLimits(String code) {
        String start = head("simpleenroll", PKCS10, code);
        return List.of(
                new EstRule(
                        "a declared length over the limit, before reading",
                        start + "Content-Length: 65537\r\n\r\n",
                        413,
                        TEXT),
                new EstRule(
                        "an undeclared length over the limit, while reading",
                        start
                                + "Transfer-Encoding: chunked\r\n\r\n10001\r\n"
                                + "A".repeat(65_537)
                                + "\r\n0\r\n\r\n",
                        413,
                        TEXT),
                new EstRule("no HTTP at all", "\u0001\u0002 nonsense\r\n\r\n", 400, TEXT),
                new EstRule(
                        "a head over the limit",
                        get("cacerts").replace("Host:", "X: " + "x".repeat(9_000) + "\r\nHost:"),
                        431,
                        TEXT));
    }
}
