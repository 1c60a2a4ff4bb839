/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How one slot stands in storage.
 *
 * @param keyName the key's name in {@link DeviceKeys}
 * @param chain empty while the certificate has not come
 */
record SlotRecord(String keyName, List<X509Certificate> chain) {

    private static final JsonMapper JSON = JsonMapper.shared();

    SlotRecord {
        chain = List.copyOf(chain);
    }

    /** Both slots, stored as one so that a promotion is one write. */
    record Pair(Optional<SlotRecord> current, Optional<SlotRecord> next) {

        byte[] encode() throws IOException {
            ObjectNode object = JSON.createObjectNode();
            if (current.isPresent()) {
                object.set("current", current.get().toNode());
            }
            if (next.isPresent()) {
                object.set("next", next.get().toNode());
            }
            return JSON.writeValueAsBytes(object);
        }

        static Pair decode(byte[] stored) throws IOException {
            try {
                JsonNode object = JSON.readTree(stored);
                return new Pair(fromNode(object.path("current")), fromNode(object.path("next")));
            } catch (JacksonException unreadable) {
                throw new IOException("the stored credentials cannot be read", unreadable);
            }
        }
    }

    static byte[] encodeTrust(ServerTrust trust) throws IOException {
        List<X509Certificate> all = new ArrayList<>();
        all.add(trust.root());
        all.addAll(trust.intermediates());
        return JSON.writeValueAsBytes(toArray(all));
    }

    static List<X509Certificate> decodeTrust(byte[] stored) throws IOException {
        try {
            return certificates(JSON.readTree(stored));
        } catch (JacksonException unreadable) {
            throw new IOException("the stored server root cannot be read", unreadable);
        }
    }

    private ObjectNode toNode() throws IOException {
        ObjectNode node = JSON.createObjectNode().put("key", keyName);
        node.set("chain", toArray(chain));
        return node;
    }

    private static Optional<SlotRecord> fromNode(JsonNode node) throws IOException {
        return node.isObject()
                ? Optional.of(
                        new SlotRecord(
                                node.path("key").asString(""), certificates(node.path("chain"))))
                : Optional.empty();
    }

    private static ArrayNode toArray(Collection<X509Certificate> certificates) throws IOException {
        ArrayNode array = JSON.createArrayNode();
        for (X509Certificate certificate : certificates) {
            try {
                array.add(certificate.getEncoded());
            } catch (GeneralSecurityException unencodable) {
                throw new IOException("a certificate cannot be encoded", unencodable);
            }
        }
        return array;
    }

    private static List<X509Certificate> certificates(JsonNode array) throws IOException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (JsonNode node : array.values()) {
            try {
                CertificateFactory factory = CertificateFactory.getInstance("X.509");
                certificates.add(
                        (X509Certificate)
                                factory.generateCertificate(
                                        new ByteArrayInputStream(node.binaryValue())));
            } catch (GeneralSecurityException unreadable) {
                throw new IOException("a stored certificate cannot be read", unreadable);
            }
        }
        return certificates;
    }
}
