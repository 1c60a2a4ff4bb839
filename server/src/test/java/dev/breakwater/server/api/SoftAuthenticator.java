/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.cbor.CBORMapper;

/**
 * A passkey's authenticator and the browser around it, in software: ES256, attestation "none", by
 * the bytes of WebAuthn Level 3 section 6.1.
 */
final class SoftAuthenticator {

    private static final byte USER_PRESENT = 0x01;
    private static final byte USER_VERIFIED = 0x04;
    private static final byte HAS_CREDENTIAL = 0x40;

    private final String relyingPartyId;
    private final KeyPair keys;
    private final byte[] credentialId = new byte[32];
    private int signCount;
    private boolean verifiesUser = true;

    SoftAuthenticator(String relyingPartyId) {
        this.relyingPartyId = relyingPartyId;
        new SecureRandom().nextBytes(credentialId);
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            this.keys = generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** Takes whoever touches it for its owner. */
    SoftAuthenticator withoutVerification() {
        verifiesUser = false;
        return this;
    }

    /** A copy that was made earlier counts from where the original stood. */
    void countsFrom(int count) {
        signCount = count;
    }

    /** The body of the request that adds this passkey. */
    String create(JsonNode question, String origin) {
        Map<String, Object> attestation = new TreeMap<>();
        attestation.put("fmt", "none");
        attestation.put("attStmt", Map.of());
        attestation.put("authData", authenticatorData(true));
        return JsonMapper.shared()
                .writeValueAsString(
                        Map.of(
                                "challenge", question.path("challenge").asString(),
                                "name", "Soft key",
                                "attestationObject",
                                        base64(new CBORMapper().writeValueAsBytes(attestation)),
                                "clientDataJSON",
                                        base64(clientData("webauthn.create", question, origin))));
    }

    /** The body of the request that proves it. */
    String get(JsonNode question, String origin) {
        signCount++;
        byte[] data = authenticatorData(false);
        byte[] client = clientData("webauthn.get", question, origin);
        return JsonMapper.shared()
                .writeValueAsString(
                        Map.of(
                                "challenge",
                                question.path("challenge").asString(),
                                "proof",
                                Map.of(
                                        "passkey",
                                        Map.of(
                                                "credentialId", base64(credentialId),
                                                "authenticatorData", base64(data),
                                                "clientDataJSON", base64(client),
                                                "signature", base64(sign(data, client))))));
    }

    private static byte[] clientData(String type, JsonNode question, String origin) {
        String json =
                "{\"type\":\"%s\",\"challenge\":\"%s\",\"origin\":\"%s\",\"crossOrigin\":false}"
                        .formatted(type, question.path("publicKeyChallenge").asString(), origin);
        return json.getBytes(StandardCharsets.UTF_8);
    }

    private byte[] authenticatorData(boolean withCredential) {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        data.writeBytes(sha256(relyingPartyId.getBytes(StandardCharsets.UTF_8)));
        int flags = USER_PRESENT | (verifiesUser ? USER_VERIFIED : 0);
        data.write(flags | (withCredential ? HAS_CREDENTIAL : 0));
        data.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(signCount).array());
        if (withCredential) {
            data.writeBytes(new byte[16]); // AAGUID of nobody
            data.writeBytes(
                    ByteBuffer.allocate(Short.BYTES).putShort((short) credentialId.length).array());
            data.writeBytes(credentialId);
            data.writeBytes(coseKey());
        }
        return data.toByteArray();
    }

    /** EC2 key, ES256, P-256 (RFC 9053 section 7.1.1), in canonical CBOR. */
    private byte[] coseKey() {
        ECPublicKey key = (ECPublicKey) keys.getPublic();
        ByteArrayOutputStream cose = new ByteArrayOutputStream();
        cose.writeBytes(
                new byte[] {
                    (byte) 0xa5, // map of 5
                    0x01,
                    0x02, // kty: EC2
                    0x03,
                    0x26, // alg: -7, ES256
                    0x20,
                    0x01, // crv: P-256
                    0x21,
                    0x58,
                    0x20 // x: 32 bytes
                });
        cose.writeBytes(coordinate(key.getW().getAffineX().toByteArray()));
        cose.writeBytes(new byte[] {0x22, 0x58, 0x20}); // y: 32 bytes
        cose.writeBytes(coordinate(key.getW().getAffineY().toByteArray()));
        return cose.toByteArray();
    }

    private static byte[] coordinate(byte[] signed) {
        byte[] bytes = new byte[32];
        int length = Math.min(signed.length, 32);
        System.arraycopy(signed, signed.length - length, bytes, 32 - length, length);
        return bytes;
    }

    private byte[] sign(byte[] authenticatorData, byte[] clientData) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(authenticatorData);
            signature.update(sha256(clientData));
            return signature.sign();
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
