/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.tls;

import io.netty.handler.ssl.ClientAuth;

/** Whether a listener asks its clients for a certificate. */
public enum ClientCertificates {
    /** People and apps: they show a token. */
    NOT_ASKED,
    /**
     * Devices: a certificate is taken when there is one. Any certificate passes the handshake,
     * which only proves that the client holds its key; the registry decides afterwards.
     */
    ASKED,
    /** Devices, where none has a token: without a certificate the handshake fails. */
    REQUIRED;

    ClientAuth clientAuth() {
        return switch (this) {
            case NOT_ASKED -> ClientAuth.NONE;
            case ASKED -> ClientAuth.OPTIONAL;
            case REQUIRED -> ClientAuth.REQUIRE;
        };
    }
}
