/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.message;

import dev.breakwater.protocol.envelope.RecipientKey;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which key a device seals to from now on, on {@code me/notices} with the kind {@value #KIND}.
 * Whoever opened the TLS around it could have put another key here: of the server's own key that is
 * all there is to trust, a key of the organization's counts only if the device has been given its
 * hash.
 *
 * @param ofServer whether the server opens it; else the organization alone does
 * @param required whether the server takes nothing in clear
 * @param organization whose device it is, which is bound into each envelope
 */
public record EnvelopeKeyNotice(
        boolean ofServer, boolean required, UUID organization, RecipientKey key, Instant at) {

    /** The kind of notice. */
    public static final String KIND = "envelope-key";

    static final String SERVER = "server";
    static final String ORGANIZATION = "organization";

    /** The payload, JSON in UTF-8. */
    public byte[] toJson() {
        ObjectNode told =
                Json.newObject()
                        .put("holder", ofServer ? SERVER : ORGANIZATION)
                        .put("required", required)
                        .put("organization", organization.toString())
                        .put("suite", key.suite().number())
                        .put("publicKey", Base64.getEncoder().encodeToString(key.encoded()))
                        .put("notBefore", key.validity().notBefore().toString())
                        .put("notAfter", key.validity().notAfter().toString());
        ObjectNode notice =
                Json.newObject()
                        .put("kind", KIND)
                        .put("text", "Seal what you tell to this key.")
                        .put("at", at.toString());
        var _ = notice.set("key", told);
        return Json.write(notice);
    }
}
