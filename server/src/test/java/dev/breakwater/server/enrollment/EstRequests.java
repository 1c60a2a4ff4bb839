/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** EST requests, byte by byte. */
final class EstRequests {

    static final String PKCS10 = "application/pkcs10";

    private EstRequests() {}

    static String get(String operation) {
        return "GET /.well-known/est/%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                .formatted(operation);
    }

    static String post(String operation, String type, String headers, String body) {
        return head(operation, type, headers)
                + "Content-Length: %d\r\n\r\n%s".formatted(body.length(), body);
    }

    /** A POST up to where its length would be declared. */
    static String head(String operation, String type, String headers) {
        return "POST /.well-known/est/%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                        .formatted(operation)
                + headers
                + "Content-Type: "
                + type
                + "\r\n";
    }

    static String basic(String serial, String code) {
        byte[] pair = (serial + ":" + code).getBytes(StandardCharsets.UTF_8);
        return "Authorization: Basic " + base64(pair) + "\r\n";
    }

    static String base64(byte[] der) {
        return Base64.getEncoder().encodeToString(der);
    }
}
