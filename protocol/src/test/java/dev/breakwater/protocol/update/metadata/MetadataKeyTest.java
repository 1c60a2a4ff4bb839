/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class MetadataKeyTest {

    /** The public key of the first test of RFC 8032 section 7.1. */
    private static final String ED25519 =
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

    /** The SHA-256 of its canonical form, by Python. */
    private static final String ED25519_ID =
            "74c181c7ad8a0855d4b55e44d2ba87aabdddb196832571f15f92fece332e4916";

    /** The signature of the same test, of no bytes at all. */
    private static final String ED25519_OF_NOTHING =
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac"
                    + "c61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";

    private static MetadataKey read(ObjectNode key) throws MalformedMetadata {
        return read(FileHashes.sha256(CanonicalJson.of(key)).sha256().orElseThrow(), key);
    }

    private static MetadataKey read(String id, ObjectNode key) throws MalformedMetadata {
        return MetadataKey.read(id, new Member(key, "a key"));
    }

    private static ObjectNode key(String type, String scheme, String text) {
        ObjectNode key = JsonMapper.shared().createObjectNode();
        key.put("keytype", type).put("scheme", scheme);
        key.putObject("keyval").put("public", text);
        return key;
    }

    @Test
    void hasTheIdAndVerifiesTheSignatureOfKnownVectors() throws MalformedMetadata {
        MetadataKey key = read(ED25519_ID, key("ed25519", "ed25519", ED25519));
        assertThat(key.id().hex()).isEqualTo(ED25519_ID);
        assertThat(key.hasSigned(new byte[0], HexFormat.of().parseHex(ED25519_OF_NOTHING)))
                .isTrue();
        assertThat(key.hasSigned(new byte[1], HexFormat.of().parseHex(ED25519_OF_NOTHING)))
                .isFalse();
        assertThat(key.hasSigned(new byte[0], new byte[64])).isFalse();
        assertThat(key.hasSigned(new byte[0], new byte[0])).isFalse();
    }

    @Test
    void isRefusedUnderAnotherId() {
        assertThatThrownBy(
                        () ->
                                read(
                                        ED25519_ID.replace('7', '8'),
                                        key("ed25519", "ed25519", ED25519)))
                .isInstanceOf(MalformedMetadata.class)
                .hasMessageContaining("under its own hash");
    }

    @Test
    void keepsItsIdWhenSomebodyAddsMembersToIt() throws MalformedMetadata {
        ObjectNode key = key("ed25519", "ed25519", ED25519);
        key.put("x-owner", "@somebody");
        assertThat(read(ED25519_ID, key).id().hex()).isEqualTo(ED25519_ID);
    }

    @ParameterizedTest
    @CsvSource({
        // Ids by Python: of the older name of the type, and with the older list of hash functions.
        "ecdsa, ecdsa-sha2-nistp256",
        "ecdsa, ecdsa",
        "ecdsa-sha2-nistp256, ecdsa-sha2-nistp256"
    })
    void keepsItsIdWhenItsTypeGetsItsNewerName(String written, String hashed)
            throws MalformedMetadata {
        MetadataKey p256 = Repository.p256().key();
        String pem = p256.written().path("keyval").path("public").stringValue();
        ObjectNode old = key(hashed, "ecdsa-sha2-nistp256", pem);
        String id = FileHashes.sha256(CanonicalJson.of(old)).sha256().orElseThrow();
        MetadataKey read = read(id, key(written, "ecdsa-sha2-nistp256", pem));
        assertThat(read.material()).isEqualTo(p256.material());
        old.putArray("keyid_hash_algorithms").add("sha256").add("sha512");
        String older = FileHashes.sha256(CanonicalJson.of(old)).sha256().orElseThrow();
        assertThat(read(older, key(written, "ecdsa-sha2-nistp256", pem)).material())
                .isEqualTo(p256.material());
    }

    @Test
    void isReadAsThePointInHexadecimalToo() throws Exception {
        PrivateKeySigner signer = Repository.p256();
        byte[] spki =
                Base64.getMimeDecoder()
                        .decode(
                                signer.key()
                                        .written()
                                        .path("keyval")
                                        .path("public")
                                        .stringValue()
                                        .replaceAll("-----[A-Z ]+-----", ""));
        String point = HexFormat.of().formatHex(spki, spki.length - 65, spki.length);
        MetadataKey hex = read(key("ecdsa", "ecdsa-sha2-nistp256", point));
        assertThat(hex.material()).isEqualTo(signer.key().material());
        String compressed = (spki[spki.length - 1] % 2 == 0 ? "02" : "03") + point.substring(2, 66);
        MetadataKey half = read(key("ecdsa", "ecdsa-sha2-nistp256", compressed));
        assertThat(half.material()).isEqualTo(signer.key().material());
        byte[] message = {1, 2, 3};
        assertThat(hex.hasSigned(message, signer.sign(message))).isTrue();
        assertThat(hex.hasSigned(message, new byte[] {0x30, 6, 2, 1, 0, 2, 1, 0})).isFalse();
    }

    @Test
    void verifiesBothSchemesOfRsaAndKnowsOneKeyInThem() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        String pem = PublicKeys.write(SignatureScheme.RSA_PSS, pair.getPublic());
        MetadataKey pss = read(key("rsa", "rsassa-pss-sha256", pem));
        MetadataKey pkcs1 = read(key("rsa", "rsa-pkcs1v15-sha256", pem));
        assertThat(pss.material()).isPresent().isEqualTo(pkcs1.material());
        byte[] message = {1, 2, 3};
        Signature signing = Signature.getInstance("RSASSA-PSS");
        signing.setParameter(
                new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        signing.initSign(pair.getPrivate());
        signing.update(message);
        byte[] signature = signing.sign();
        assertThat(pss.hasSigned(message, signature)).isTrue();
        assertThat(pkcs1.hasSigned(message, signature)).isFalse();
        Signature older = Signature.getInstance("SHA256withRSA");
        older.initSign(pair.getPrivate());
        older.update(message);
        assertThat(pkcs1.hasSigned(message, older.sign())).isTrue();
    }

    @Test
    void keepsItsPlaceAndNeverCountsIfItsKindIsNotKnown() throws MalformedMetadata {
        MetadataKey key = read(key("ml-dsa", "ml-dsa-65", "any text"));
        assertThat(key.scheme()).isEmpty();
        assertThat(key.material()).isEmpty();
        assertThat(key.hasSigned(new byte[0], new byte[0])).isFalse();
        MetadataKey mixed = read(key("rsa", "ed25519", ED25519));
        assertThat(mixed.scheme()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "d75a",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                "zz5a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
            })
    void isRefusedIfItIsNoKeyOfEd25519(String text) {
        assertThatThrownBy(() -> read(key("ed25519", "ed25519", text)))
                .isInstanceOf(MalformedMetadata.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "04",
                // Not on the curve.
                "0400000000000000000000000000000000000000000000000000000000000000010000000000000000"
                        + "000000000000000000000000000000000000000000000001",
                "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
            })
    void isRefusedIfItIsNoPointOfP256(String text) {
        assertThatThrownBy(() -> read(key("ecdsa", "ecdsa-sha2-nistp256", text)))
                .isInstanceOf(MalformedMetadata.class);
    }

    @Test
    void isRefusedIfItIsWeak() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(1024);
        String pem =
                PublicKeys.write(SignatureScheme.RSA_PSS, generator.generateKeyPair().getPublic());
        assertThatThrownBy(() -> read(key("rsa", "rsassa-pss-sha256", pem)))
                .isInstanceOf(MalformedMetadata.class);
    }
}
