/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigInteger;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The value records accept one spelling and refuse the others. */
final class NamesTest {

    @Test
    void takesASerialNumberInItsOneSpelling() {
        assertThat(new SerialNumber("7f").value()).isEqualTo(BigInteger.valueOf(127));
        assertThat(SerialNumber.of(BigInteger.ONE.shiftLeft(158)).hex()).hasSize(40);
        for (String wrong :
                List.of("", "0", "07f", "7F", "-1", "0x1", " 1", "g", "8" + "0".repeat(39))) {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .as(wrong)
                    .isThrownBy(() -> new SerialNumber(wrong));
        }
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> SerialNumber.of(BigInteger.ZERO));
    }

    @Test
    void ordersSerialNumbersByValueAndNotByText() {
        assertThat(new SerialNumber("9")).isLessThan(new SerialNumber("10"));
    }

    @Test
    void takesAFingerprintOf64LowerCaseDigitsOnly() {
        assertThat(KeyFingerprint.of(new byte[0]).hex()).startsWith("e3b0c442");
        for (String wrong : List.of("", "e3b0", "E3".repeat(32), "e3".repeat(33))) {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> new KeyFingerprint(wrong));
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> new CertificateFingerprint(wrong));
        }
    }

    @Test
    void takesHostNamesAndRefusesEverythingElse() {
        assertThat(new ServerNames(List.of("a.example", "localhost"), List.of()).first())
                .isEqualTo("a.example");
        for (String wrong :
                List.of(
                        "",
                        "*.example",
                        "A.example",
                        "a..b",
                        "-a",
                        "a-",
                        "a_b",
                        "a.example.",
                        "ü")) {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .as(wrong)
                    .isThrownBy(() -> new ServerNames(List.of(wrong), List.of()));
        }
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new ServerNames(List.of(), List.of()));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new ServerNames(Collections.nCopies(33, "a"), List.of()));
    }

    @Test
    void givesAListenerWithALongNameACommonNameThatFits() {
        String longName = "a".repeat(60) + ".example";
        var subject = new CertificateSubject.Server(new ServerNames(List.of(longName), List.of()));
        assertThat(subject.commonName()).isEqualTo("breakwater listener");
    }
}
