/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.HexFormat;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * A public key as root and delegations list it, under the id it has there. A key of a kind that is
 * not known here keeps its place in the file and never counts.
 */
public final class MetadataKey {

    private static final int SALT_BYTES = 32;

    private record Known(SignatureScheme scheme, PublicKey key) {}

    private final KeyId id;
    private final ObjectNode written;
    private final Optional<Known> known;

    private MetadataKey(KeyId id, ObjectNode written, Optional<Known> known) {
        this.id = id;
        this.written = written;
        this.known = known;
    }

    /**
     * The key as we write it.
     *
     * @throws IllegalArgumentException if the key does not fit the scheme
     */
    public static MetadataKey of(SignatureScheme scheme, PublicKey key) {
        ObjectNode written = defined(scheme.keyType(), scheme.schemeName(), "");
        String text = PublicKeys.write(scheme, key);
        ObjectNode keyval = MetadataJson.newObject();
        keyval.put("public", text);
        written.set("keyval", keyval);
        return new MetadataKey(
                idOf(written),
                written,
                Optional.of(new Known(scheme, PublicKeys.read(scheme, text))));
    }

    /**
     * Reads a key of root or of delegations. Its id must be the hash of it, as it stands there or
     * as some writer had it when the id was made: without the members that the specification does
     * not define, which are added later; with the older name of its type; with the list of hash
     * functions that writers before 2021 put into every key.
     */
    static MetadataKey read(String id, Member key) throws MalformedMetadata {
        KeyId listed = key.keyId(id);
        String keyType = key.text("keytype");
        String scheme = key.text("scheme");
        String text = key.object("keyval").text("public");
        Optional<SignatureScheme> known = SignatureScheme.of(keyType, scheme);
        if (!idOf(key.node()).equals(listed)
                && !isHashOfDefined(listed, keyType, scheme, text)
                && !isHashOfDefined(
                        listed,
                        known.map(SignatureScheme::keyType).orElse(keyType),
                        scheme,
                        text)) {
            throw new MalformedMetadata(key.noun() + " must be listed under its own hash");
        }
        try {
            return new MetadataKey(
                    listed,
                    key.node(),
                    known.map(kind -> new Known(kind, PublicKeys.read(kind, text))));
        } catch (IllegalArgumentException | IllegalStateException noKey) {
            throw new MalformedMetadata(
                    key.noun() + " must be a public key of its type, and no weak one", noKey);
        }
    }

    private static boolean isHashOfDefined(KeyId id, String keyType, String scheme, String text) {
        ObjectNode key = defined(keyType, scheme, text);
        if (idOf(key).equals(id)) {
            return true;
        }
        key.putArray("keyid_hash_algorithms").add("sha256").add("sha512");
        return idOf(key).equals(id);
    }

    private static ObjectNode defined(String keyType, String scheme, String text) {
        ObjectNode keyval = MetadataJson.newObject();
        keyval.put("public", text);
        ObjectNode key = MetadataJson.newObject();
        key.put("keytype", keyType);
        key.put("scheme", scheme);
        key.set("keyval", keyval);
        return key;
    }

    private static KeyId idOf(ObjectNode key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(CanonicalJson.of(key));
            return new KeyId(HexFormat.of().formatHex(hash));
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    /** The id it is listed under. */
    public KeyId id() {
        return id;
    }

    /** How it signs; empty if that is not known here. */
    public Optional<SignatureScheme> scheme() {
        return known.map(Known::scheme);
    }

    ObjectNode written() {
        return written.deepCopy();
    }

    /** The same for the same key under another id or scheme; empty if it cannot count. */
    Optional<ByteBuffer> material() {
        return known.map(kind -> ByteBuffer.wrap(kind.key().getEncoded()));
    }

    /** Whether this key made the signature; not for a key of a kind that is not known. */
    boolean hasSigned(byte[] message, byte[] signature) {
        return known.filter(kind -> hasSigned(kind, message, signature)).isPresent();
    }

    private static boolean hasSigned(Known kind, byte[] message, byte[] signature) {
        try {
            Signature verification = Signature.getInstance(kind.scheme().algorithm());
            if (kind.scheme() == SignatureScheme.RSA_PSS) {
                verification.setParameter(
                        new PSSParameterSpec(
                                "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, SALT_BYTES, 1));
            }
            verification.initVerify(kind.key());
            verification.update(message);
            return verification.verify(signature);
        } catch (GeneralSecurityException noSignatureAtAll) {
            return false;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MetadataKey key && key.id.equals(id) && key.written.equals(written);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return id.hex();
    }
}
