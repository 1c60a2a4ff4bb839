/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.setup;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.protocol.setup.exchange.DeviceRefusal;

/**
 * A reply, after which the connection ends.
 *
 * @param status of HTTP
 * @param json the body
 * @param sent what happens when it has been sent
 */
record HttpReply(int status, String json, Runnable sent) {

    HttpReply(int status, byte[] json) {
        this(status, json, () -> {});
    }

    HttpReply(int status, byte[] json, Runnable sent) {
        this(status, new String(json, UTF_8), sent);
    }

    static HttpReply refusal(int status, String text) {
        return new HttpReply(status, new DeviceRefusal(text).toJson());
    }

    /** Head and body as they are sent. */
    byte[] bytes() {
        String head =
                """
                HTTP/1.1 %d %s\r
                Content-Type: application/json\r
                Content-Length: %d\r
                Cache-Control: no-store\r
                X-Content-Type-Options: nosniff\r
                Connection: close\r
                \r
                """
                        .formatted(
                                status,
                                status < 400 ? "OK" : "Refused",
                                json.getBytes(UTF_8).length);
        return (head + json).getBytes(UTF_8);
    }
}
