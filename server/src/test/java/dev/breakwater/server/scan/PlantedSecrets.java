/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.crypto.util.OpenSSHPrivateKeyUtil;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** One secret of every kind, made for the occasion, and things that look like secrets. */
final class PlantedSecrets {

    private static final String ALPHANUMERIC =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /** RFC 8410, 10.3: a private key that everybody has. */
    private static final String RFC_8410_KEY =
            "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC";

    private static final String HEX = "0123456789abcdef";
    private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

    private final Random random = new Random(20_261_127);
    private final KeyPair rsa = pair("RSA", 2_048);
    private final KeyPair ec = pair();

    private static KeyPair pair(String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(missing);
        }
    }

    private static KeyPair pair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(missing);
        }
    }

    private String some(String alphabet, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    private String hex(int count) {
        return some(HEX, count);
    }

    private String letters(int count) {
        return some(ALPHANUMERIC, count);
    }

    private String uuid() {
        return "%s-%s-%s-%s-%s".formatted(hex(8), hex(4), hex(4), hex(4), hex(12));
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String pem(String label, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(label, body, label);
    }

    /** Secrets by the rule that finds them. */
    Map<String, byte[]> all() throws GeneralSecurityException, IOException {
        Map<String, byte[]> planted = new LinkedHashMap<>(keys());
        texts().forEach((rule, text) -> planted.put(rule, ascii("# setting\n" + text + "\n")));
        return planted;
    }

    Map<String, byte[]> keys() throws GeneralSecurityException, IOException {
        Map<String, byte[]> keys = new LinkedHashMap<>();
        PrivateKeyInfo rsaInfo = PrivateKeyInfo.getInstance(rsa.getPrivate().getEncoded());
        PrivateKeyInfo ecInfo = PrivateKeyInfo.getInstance(ec.getPrivate().getEncoded());
        byte[] pkcs1 = rsaInfo.parsePrivateKey().toASN1Primitive().getEncoded();
        byte[] sec1 = sec1();
        byte[] openSsh =
                OpenSSHPrivateKeyUtil.encodePrivateKey(
                        PrivateKeyFactory.createKey(
                                pair("Ed25519", 255).getPrivate().getEncoded()));
        byte[] encrypted = encrypted();
        keys.put("private-key-der-pkcs8", rsa.getPrivate().getEncoded());
        keys.put("private-key-der-pkcs1", pkcs1);
        keys.put("private-key-der-sec1", sec1);
        keys.put("private-key-der-pkcs8-encrypted", encrypted);
        keys.put("private-key-pkcs12", pkcs12());
        keys.put("private-key-openssh", openSsh);
        keys.put("private-key-pem", ascii(pem("PRIVATE KEY", ecInfo.getEncoded())));
        keys.put("private-key-pem-encrypted", ascii(pem("ENCRYPTED PRIVATE KEY", encrypted)));
        byte[] pgp = new byte[300];
        random.nextBytes(pgp);
        keys.put("private-key-pgp", ascii(pem("PGP PRIVATE KEY BLOCK", pgp)));
        keys.put(
                "private-key-putty",
                ascii(
                        "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: k\n"
                                + "Public-Lines: 1\nAAAA\nPrivate-Lines: 1\n"
                                + letters(43)
                                + "=\nPrivate-MAC: 00\n"));
        keys.put(
                "private-key-known",
                ascii(pem("PRIVATE KEY", Base64.getDecoder().decode(RFC_8410_KEY))));
        return keys;
    }

    private byte[] sec1() throws IOException {
        BigInteger number = ((ECPrivateKey) ec.getPrivate()).getS();
        ASN1Encodable curve =
                PrivateKeyInfo.getInstance(ec.getPrivate().getEncoded())
                        .getPrivateKeyAlgorithm()
                        .getParameters();
        return new org.bouncycastle.asn1.sec.ECPrivateKey(256, number, curve).getEncoded();
    }

    KeyPair rsa() {
        return rsa;
    }

    private byte[] encrypted() throws GeneralSecurityException, IOException {
        try {
            return new JcaPKCS8Generator(
                            ec.getPrivate(),
                            new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC)
                                    .setProvider(new BouncyCastleProvider())
                                    .setPassword("passphrase".toCharArray())
                                    .build())
                    .generate()
                    .getContent();
        } catch (OperatorCreationException impossible) {
            throw new GeneralSecurityException(impossible);
        }
    }

    Certificate certificate() throws GeneralSecurityException {
        X500Name name = new X500Name("CN=test");
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            new JcaX509v3CertificateBuilder(
                                            name,
                                            BigInteger.ONE,
                                            Date.from(Instant.EPOCH),
                                            Date.from(Instant.EPOCH.plusSeconds(3_600)),
                                            name,
                                            rsa.getPublic())
                                    .build(
                                            new JcaContentSignerBuilder("SHA256withRSA")
                                                    .build(rsa.getPrivate())));
        } catch (OperatorCreationException impossible) {
            throw new GeneralSecurityException(impossible);
        }
    }

    private byte[] pkcs12() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        char[] password = "password".toCharArray();
        store.setKeyEntry("key", rsa.getPrivate(), password, new Certificate[] {certificate()});
        return stored(store);
    }

    byte[] trustStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("root", certificate());
        return stored(store);
    }

    private static byte[] stored(KeyStore store) throws GeneralSecurityException, IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        store.store(bytes, "password".toCharArray());
        return bytes.toByteArray();
    }

    private Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        hashes(texts);
        networks(texts);
        tokens(texts);
        texts.put("breakwater-api-token", "bwt_" + uuid() + "_" + hex(64));
        texts.put("breakwater-refresh-token", "bwr_" + uuid() + "_" + hex(64));
        texts.put("breakwater-device-token", "bwd_" + hex(64) + "_" + hex(8));
        texts.put("breakwater-enrollment-code", "bwe_" + hex(32) + "_" + some(BASE32, 26));
        texts.put("breakwater-one-time-code", "bwi_" + letters(40));
        texts.put("breakwater-setup-code", "setup code: 7K2M-9QRT-0VWX-4HJN");
        return texts;
    }

    private void hashes(Map<String, String> texts) {
        texts.put("password-hash-md5-crypt", "root:$1$" + letters(8) + "$" + letters(22) + ":0:0:");
        texts.put(
                "password-hash-sha256-crypt", "$5$rounds=5000$" + letters(16) + "$" + letters(43));
        texts.put("password-hash-sha512-crypt", "$6$" + letters(16) + "$" + letters(86));
        texts.put("password-hash-yescrypt", "$y$j9T$" + letters(22) + "$" + letters(43));
        texts.put("password-hash-bcrypt", "$2b$12$" + letters(53));
        texts.put(
                "password-hash-argon2",
                "$argon2id$v=19$m=65536,t=3,p=4$" + letters(22) + "$" + letters(43));
        texts.put("password-hash-des-crypt", "root:" + letters(13) + ":0:0:root:/root:/bin/sh");
    }

    private void networks(Map<String, String> texts) {
        texts.put(
                "wifi-wpa-supplicant",
                "network={\n ssid=\"home\"\n psk=\"" + letters(12) + "\"\n}");
        texts.put("wifi-network-manager", "[wifi-security]\nkey-mgmt=wpa-psk\npsk=" + letters(12));
        texts.put("wifi-hostapd", "wpa_passphrase=" + letters(12));
        texts.put("wifi-wep", "wep_key0=" + hex(26));
        texts.put(
                "wifi-eap-password",
                "network={\n ssid=\"work\"\n identity=\"me\"\n password=\""
                        + letters(12)
                        + "\"\n}");
        texts.put("wifi-iwd", "[Security]\nPassphrase=" + letters(12));
        texts.put(
                "wifi-openwrt",
                "option ssid 'home'\noption encryption 'psk2'\noption key '" + letters(12) + "'");
        texts.put("wifi-routeros", "set wpa2-pre-shared-key=\"" + letters(12) + "\"");
        texts.put("wifi-sdk-config", "CONFIG_ESP_WIFI_PASSWORD=\"" + letters(12) + "\"");
    }

    private void tokens(Map<String, String> texts) {
        texts.put("aws-access-key-id", "AKIA" + some(BASE32, 16).toUpperCase(Locale.ROOT));
        texts.put("aws-secret-access-key", "aws_secret_access_key = " + letters(40));
        texts.put("azure-storage-key", "AccountKey=" + letters(86) + "==;");
        texts.put(
                "azure-iot-connection-string",
                "HostName=hub.azure-devices.net;DeviceId=d1;SharedAccessKey=" + letters(43) + "=");
        texts.put("github-token", "ghp_" + letters(36));
        texts.put("gitlab-token", "glpat-" + letters(20));
        texts.put("google-api-key", "AIza" + letters(35));
        texts.put("slack-token", "xoxb-" + letters(40));
        texts.put("slack-webhook", "https://hooks.slack.com/services/T0123/B4567/" + letters(24));
        texts.put("stripe-key", "sk_live_" + letters(24));
        texts.put("npm-token", "npm_" + letters(36));
        texts.put("pypi-token", "pypi-AgEIcHlwaS5vcmc" + letters(60));
        texts.put("docker-token", "dckr_pat_" + letters(27));
        texts.put("sendgrid-key", "SG." + letters(22) + "." + letters(43));
        texts.put("telegram-bot-token", "123456789:AA" + letters(33));
        texts.put("digitalocean-token", "dop_v1_" + hex(64));
        texts.put("huggingface-token", "hf_" + some(ALPHANUMERIC.substring(0, 52), 34));
        texts.put("llm-api-key", "sk-ant-api03-" + letters(60));
        texts.put("jwt", "eyJ" + letters(30) + ".eyJ" + letters(60) + "." + letters(43));
        texts.put(
                "age-secret-key",
                "AGE-SECRET-KEY-1" + some("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58));
        texts.put("wireguard-key", "[Interface]\nPrivateKey = " + letters(42) + "A=");
        texts.put(
                "jwk-private", "{\"kty\":\"EC\",\"crv\":\"P-256\",\"d\":\"" + letters(43) + "\"}");
        texts.put(
                "private-key-base64",
                "key=" + Base64.getEncoder().encodeToString(rsa.getPrivate().getEncoded()));
        texts.put("url-password", "mqtts://device:" + letters(12) + "@broker.example.net:8883");
        texts.put("http-basic-authorization", "Authorization: Basic " + letters(24) + "==");
        texts.put("assigned-password", "mqtt_password = \"x7!" + letters(12) + "\"");
    }
}
