/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.server.identity.Admission;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.identity.DeviceRegistry;
import dev.breakwater.server.identity.DeviceTokenText;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * What somebody shows in order to be taken for a device. Whoever has shown a certificate is judged
 * by it alone, whatever CONNECT says beside: a password must not repair a refused certificate.
 */
sealed interface Claim {

    /** A certificate whose key TLS has proved. */
    record ByCertificate(X509Certificate leaf) implements Claim {}

    /**
     * A token.
     *
     * @param userName which device it says it is; checked, never trusted
     */
    record ByToken(DeviceTokenText token, String userName) implements Claim {}

    /**
     * Something in the place of a token that is none.
     *
     * @param userName which device it says it is
     */
    record ByNoToken(String userName) implements Claim {}

    /** Nothing. */
    record None() implements Claim {}

    static Claim of(Peer peer, Connect connect) {
        Optional<X509Certificate> leaf = peer.certificate();
        if (leaf.isPresent()) {
            return new ByCertificate(leaf.get());
        }
        ByteBuffer password = connect.password();
        if (password == null) {
            return new None();
        }
        String userName = userName(connect);
        if (password.remaining() != DeviceTokenText.CHARACTERS) {
            return new ByNoToken(userName);
        }
        return DeviceTokenText.parse(StandardCharsets.ISO_8859_1.decode(password).toString())
                .<Claim>map(token -> new ByToken(token, userName))
                .orElseGet(() -> new ByNoToken(userName));
    }

    /**
     * The user name if it can be a device's id or serial, and nothing otherwise: what else stands
     * there, a token in the wrong place perhaps, belongs neither into memory nor into a log.
     */
    static String userName(Connect connect) {
        String said = connect.userName();
        if (said == null) {
            return "";
        }
        try {
            return new DeviceSerial(said).text();
        } catch (IllegalArgumentException noName) {
            return "";
        }
    }

    /** What the registry remembers of it; never blocks. */
    default Optional<AuthenticatedDevice> recalledBy(DeviceRegistry registry) {
        return switch (this) {
            case ByCertificate(X509Certificate leaf) -> registry.recall(leaf);
            case ByToken(DeviceTokenText token, String _) -> registry.recall(token);
            case ByNoToken _, None _ -> Optional.empty();
        };
    }

    /** The registry's judgement; blocks. Empty if there is nothing that it could judge. */
    default Optional<Admission> judgedBy(DeviceRegistry registry) {
        return switch (this) {
            case ByCertificate(X509Certificate leaf) -> Optional.of(registry.admit(leaf));
            case ByToken(DeviceTokenText token, String _) -> Optional.of(registry.admit(token));
            case ByNoToken _, None _ -> Optional.empty();
        };
    }
}
