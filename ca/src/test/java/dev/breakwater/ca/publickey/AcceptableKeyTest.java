/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.publickey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.breakwater.testkit.pki.TestKeys;
import java.io.IOException;
import java.math.BigInteger;
import java.security.KeyPair;
import java.util.List;
import java.util.Random;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.sec.SECNamedCurves;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.junit.jupiter.api.Test;

/** Good keys pass; each known kind of bad key is refused for its own reason. */
final class AcceptableKeyTest {

    private static final BigInteger F4 = BigInteger.valueOf(65537);
    private static final Random SEEDED = new Random(20261122);

    @Test
    void acceptsTheFourKindsOfKeys() throws UnacceptableKey {
        for (KeyPair keys :
                List.of(
                        TestKeys.p256(),
                        TestKeys.ec("secp384r1"),
                        TestKeys.ed25519(),
                        TestKeys.rsa(2048))) {
            byte[] der = keys.getPublic().getEncoded();
            assertThat(AcceptableKey.check(der).key()).isEqualTo(keys.getPublic());
            assertThat(AcceptableKey.check(der).encoded()).isEqualTo(der);
        }
    }

    @Test
    void refusesOtherAlgorithmsAndCurves() {
        assertRefused(TestKeys.ec("secp521r1").getPublic().getEncoded(), KeyDefect.CURVE);
        byte[] x25519 =
                encoded(new AlgorithmIdentifier(EdECObjectIdentifiers.id_X25519), new byte[32]);
        assertRefused(x25519, KeyDefect.ALGORITHM);
    }

    @Test
    void refusesExplicitCurveParameters() throws Exception {
        X9ECParameters p256 = SECNamedCurves.getByName("secp256r1");
        SubjectPublicKeyInfo good =
                SubjectPublicKeyInfo.getInstance(TestKeys.p256().getPublic().getEncoded());
        assertRefused(
                encoded(
                        new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, p256),
                        good.getPublicKeyData().getOctets()),
                KeyDefect.CURVE);
    }

    @Test
    void refusesAPointOffItsCurve() {
        byte[] point = p256Point();
        point[64] ^= 1;
        assertRefused(p256(point), KeyDefect.POINT);
    }

    @Test
    void refusesThePointAtInfinity() {
        assertRefused(p256(new byte[] {0}), KeyDefect.POINT);
        byte[] zeros = new byte[65];
        zeros[0] = 4;
        assertRefused(p256(zeros), KeyDefect.POINT);
    }

    @Test
    void refusesACompressedPointWhichWouldBeASecondNameForOneKey() {
        byte[] point = p256Point();
        byte[] compressed = new byte[33];
        compressed[0] = (byte) (2 + (point[64] & 1));
        System.arraycopy(point, 1, compressed, 1, 32);
        assertRefused(p256(compressed), KeyDefect.POINT);
    }

    @Test
    void refusesEd25519PointsOfSmallOrder() {
        byte[] identity = new byte[32];
        identity[0] = 1;
        assertRefused(
                encoded(new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519), identity),
                KeyDefect.POINT);
        assertRefused(
                encoded(new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519), new byte[31]),
                KeyDefect.MALFORMED);
    }

    @Test
    void refusesRsaTooShortOrTooLong() {
        assertRefused(TestKeys.rsa(1024).getPublic().getEncoded(), KeyDefect.RSA_SIZE);
        assertRefused(rsa(BigInteger.ONE.shiftLeft(2046).setBit(0), F4), KeyDefect.RSA_SIZE);
        assertRefused(rsa(BigInteger.ONE.shiftLeft(4096).setBit(0), F4), KeyDefect.RSA_SIZE);
        assertRefused(rsa(BigInteger.ONE.shiftLeft(2047).negate(), F4), KeyDefect.MALFORMED);
    }

    @Test
    void refusesRsaWithAnotherExponent() {
        BigInteger modulus = oddNumber();
        assertRefused(rsa(modulus, BigInteger.valueOf(3)), KeyDefect.RSA_EXPONENT);
        assertRefused(rsa(modulus, BigInteger.ONE), KeyDefect.RSA_EXPONENT);
    }

    @Test
    void refusesRsaWithASmallFactor() {
        BigInteger rest = new BigInteger(2040, SEEDED).setBit(2039).setBit(0);
        assertRefused(rsa(rest.multiply(BigInteger.valueOf(751)), F4), KeyDefect.RSA_MODULUS);
    }

    @Test
    void refusesRsaWithTwoClosePrimes() {
        BigInteger p = BigInteger.probablePrime(1024, SEEDED).setBit(1022);
        BigInteger first = p.nextProbablePrime();
        BigInteger modulus = first.multiply(first.nextProbablePrime());
        assertRefused(rsa(modulus, F4), KeyDefect.RSA_MODULUS);
    }

    @Test
    void refusesRsaOfTheRocaForm() {
        BigInteger modulus = rocaPrime(5).multiply(rocaPrime(11));
        assertRefused(rsa(modulus, F4), KeyDefect.ROCA);
    }

    @Test
    void refusesRsaWithoutItsNullParameters() throws IOException {
        byte[] key = new RSAPublicKey(oddNumber(), F4).getEncoded();
        assertRefused(
                encoded(new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption), key),
                KeyDefect.MALFORMED);
    }

    @Test
    void refusesWhatIsNoKey() {
        assertRefused(new byte[0], KeyDefect.MALFORMED);
        assertRefused(new byte[] {0x30, 0x00}, KeyDefect.MALFORMED);
    }

    /** A prime as the Infineon library made them: k * M + (65537^a mod M). */
    private static BigInteger rocaPrime(int exponent) {
        BigInteger product = BigInteger.TWO;
        for (BigInteger prime = BigInteger.valueOf(3);
                prime.intValue() <= 167;
                prime = prime.nextProbablePrime()) {
            product = product.multiply(prime);
        }
        BigInteger residue = F4.modPow(BigInteger.valueOf(exponent), product);
        while (true) {
            BigInteger factor = new BigInteger(1025 - product.bitLength(), SEEDED);
            BigInteger candidate = factor.multiply(product).add(residue);
            // Both top bits, so that the product of two has 2048.
            if (candidate.bitLength() == 1024
                    && candidate.testBit(1022)
                    && candidate.isProbablePrime(40)) {
                return candidate;
            }
        }
    }

    /** Of the right size and no product of two primes; for checks that come before that one. */
    private static BigInteger oddNumber() {
        return new BigInteger(2048, SEEDED).setBit(2047).setBit(0);
    }

    private static byte[] p256Point() {
        return SubjectPublicKeyInfo.getInstance(TestKeys.p256().getPublic().getEncoded())
                .getPublicKeyData()
                .getOctets();
    }

    private static byte[] p256(byte[] point) {
        return encoded(
                new AlgorithmIdentifier(
                        X9ObjectIdentifiers.id_ecPublicKey, SECObjectIdentifiers.secp256r1),
                point);
    }

    private static byte[] rsa(BigInteger modulus, BigInteger exponent) {
        return encoded(
                new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                new org.bouncycastle.asn1.DERSequence(
                        new ASN1Encodable[] {
                            new org.bouncycastle.asn1.ASN1Integer(modulus),
                            new org.bouncycastle.asn1.ASN1Integer(exponent)
                        }));
    }

    private static byte[] encoded(AlgorithmIdentifier algorithm, ASN1Encodable key) {
        try {
            return encoded(algorithm, key.toASN1Primitive().getEncoded("DER"));
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static byte[] encoded(AlgorithmIdentifier algorithm, byte[] key) {
        try {
            return new SubjectPublicKeyInfo(algorithm, key).getEncoded("DER");
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void assertRefused(byte[] der, KeyDefect defect) {
        assertThatExceptionOfType(UnacceptableKey.class)
                .isThrownBy(() -> AcceptableKey.check(der))
                .extracting(UnacceptableKey::defect)
                .isEqualTo(defect);
    }
}
