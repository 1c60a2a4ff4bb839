/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.erasure;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.device.identity.DeviceKey;
import dev.breakwater.protocol.DeviceSerial;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The device's word that it was erased: what, when and why, signed with the set-up key. It is as
 * good as the device that gives it: whoever had taken it over could have made it say so.
 *
 * <p>What is signed is {@link #statement}, byte for byte, with ECDSA on P-256 and SHA-256, in DER.
 */
public final class Receipt {

    private static final String SIGNATURE = "SHA256withECDSA";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final String statement;
    private final byte[] signature;
    private final byte[] setupKey;

    private Receipt(String statement, byte[] signature, byte[] setupKey) {
        this.statement = statement;
        this.signature = signature;
        this.setupKey = setupKey;
    }

    static Receipt sign(
            DeviceSerial serial, Mark mark, Instant finishedAt, List<String> erased, DeviceKey key)
            throws IOException {
        ArrayNode parts = JSON.createArrayNode();
        erased.forEach(parts::add);
        ArrayNode contents = JSON.createArrayNode();
        mark.contents().forEach(contents::add);
        ObjectNode object =
                JSON.createObjectNode()
                        .put("receipt", 1)
                        .put("serial", serial.text())
                        .put("cause", mark.cause().code())
                        .put("begunAt", mark.begunAt().toString())
                        .put("finishedAt", finishedAt.toString());
        object.set("erased", parts);
        object.set("contents", contents);
        mark.order().ifPresent(order -> object.put("device", order.device().toString()));
        String statement = object.toString();
        try {
            Signature signature = Signature.getInstance(SIGNATURE);
            signature.initSign(key.privateKey());
            signature.update(statement.getBytes(UTF_8));
            return new Receipt(statement, signature.sign(), key.publicKey().getEncoded());
        } catch (GeneralSecurityException unusable) {
            throw new IOException("the set-up key does not sign", unusable);
        }
    }

    /** Whether it tells of the erasure that was begun with this mark. */
    boolean isOf(Mark mark) {
        JsonNode told = JSON.readTree(statement);
        return told.path("begunAt").asString("").equals(mark.begunAt().toString())
                && told.path("cause").asString("").equals(mark.cause().code());
    }

    /** What was erased, when and why: JSON, as it was signed. */
    public String statement() {
        return statement;
    }

    /**
     * Checks who gave it.
     *
     * @param setupKey the public half of the device's set-up key
     * @throws GeneralSecurityException if that key did not sign it
     */
    public void verify(PublicKey setupKey) throws GeneralSecurityException {
        Signature check = Signature.getInstance(SIGNATURE);
        check.initVerify(setupKey);
        check.update(statement.getBytes(UTF_8));
        if (!check.verify(signature)) {
            throw new GeneralSecurityException("the receipt was not signed with this set-up key");
        }
    }

    /** Statement, signature and the public key, to be stored or handed to a server. */
    public ObjectNode toJson() {
        return JSON.createObjectNode()
                .put("statement", statement)
                .put("signature", Base64.getEncoder().encodeToString(signature))
                .put("setupKey", Base64.getEncoder().encodeToString(setupKey));
    }

    /**
     * Reads what {@link #toJson} made; nothing of it is checked.
     *
     * @throws IOException if it is not that
     */
    public static Receipt parse(byte[] json) throws IOException {
        try {
            JsonNode object = JSON.readTree(json);
            return new Receipt(
                    object.path("statement").stringValue(),
                    Base64.getDecoder().decode(object.path("signature").stringValue()),
                    Base64.getDecoder().decode(object.path("setupKey").asString("")));
        } catch (JacksonException | IllegalArgumentException malformed) {
            throw new IOException("the receipt cannot be read", malformed);
        }
    }
}
