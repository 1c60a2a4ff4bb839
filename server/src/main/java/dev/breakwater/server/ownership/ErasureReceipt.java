/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ownership;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.setup.SetupKeyHash;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A device's word that it was erased, as somebody hands it in. Nothing in it is believed before its
 * key is found to be the device's and its signature to be that key's.
 */
final class ErasureReceipt {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final String text;
    private final String statement;
    private final byte[] signature;
    private final byte[] setupKey;
    private final DeviceId device;
    private final DeviceSerial serial;

    private ErasureReceipt(
            String text,
            String statement,
            byte[] signature,
            byte[] setupKey,
            DeviceId device,
            DeviceSerial serial) {
        this.text = text;
        this.statement = statement;
        this.signature = signature;
        this.setupKey = setupKey;
        this.device = device;
        this.serial = serial;
    }

    /** Reads it; empty if it is no receipt of a device that was ordered to erase itself. */
    static Optional<ErasureReceipt> parse(byte[] json) {
        try {
            JsonNode whole = JSON.readTree(json);
            String statement = whole.path("statement").stringValue();
            JsonNode said = JSON.readTree(statement);
            if (said.path("receipt").asInt(0) != 1) {
                return Optional.empty();
            }
            return Optional.of(
                    new ErasureReceipt(
                            whole.toString(),
                            statement,
                            bytes(whole, "signature"),
                            bytes(whole, "setupKey"),
                            DeviceId.parse(said.path("device").stringValue()),
                            new DeviceSerial(said.path("serial").stringValue())));
        } catch (JacksonException | IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    private static byte[] bytes(JsonNode object, String member) {
        return Base64.getDecoder().decode(object.path(member).stringValue());
    }

    /** The device that says it was erased. */
    DeviceId device() {
        return device;
    }

    /** Its serial, by its own word. */
    DeviceSerial serial() {
        return serial;
    }

    /** All of it, to be kept. */
    String text() {
        return text;
    }

    /** Whether it names this key; a key that it does not name is never parsed. */
    boolean names(SetupKeyHash key) {
        return SetupKeyHash.of(setupKey).equals(key);
    }

    /**
     * Checks who signed it.
     *
     * @throws GeneralSecurityException if the key it names did not
     */
    void verify() throws GeneralSecurityException {
        Signature check = Signature.getInstance("SHA256withECDSA");
        check.initVerify(
                KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(setupKey)));
        check.update(statement.getBytes(StandardCharsets.UTF_8));
        if (!check.verify(signature)) {
            throw new GeneralSecurityException("the signature is not that of the set-up key");
        }
    }
}
