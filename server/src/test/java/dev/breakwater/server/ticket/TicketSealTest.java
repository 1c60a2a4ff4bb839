/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ticket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JWEObject;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.protocol.setup.SetupKeyHash;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.RefusalReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TicketSealTest {

    private static final String SERIAL = "A".repeat(64);

    private final TicketKeys keys = TicketKeys.fresh();
    private final TicketSeal seal = new TicketSeal(keys);
    private final SetupTicket ticket =
            new SetupTicket(
                    TicketId.fresh(),
                    OrganizationId.fresh(),
                    MemberId.fresh(),
                    new DeviceSerial(SERIAL),
                    new SetupKeyHash("ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"),
                    Instant.parse("2027-01-10T08:00:00Z"),
                    Instant.parse("2027-01-10T08:10:00Z"));

    @Test
    void isReadAsItWasWritten() throws Exception {
        assertThat(seal.open(seal.seal(ticket).reveal())).isEqualTo(ticket);
    }

    @Test
    void isOneWordOfFiveParts() {
        String text = seal.seal(ticket).reveal();
        assertThat(text).hasSizeLessThan(TicketText.CHARACTERS_MAX);
        assertThat(text).matches("[A-Za-z0-9_-]+([.][A-Za-z0-9_-]+){4}");
        assertThat(TicketText.isMeantBy(text)).isTrue();
        assertThat(seal.seal(ticket)).hasToString("set-up ticket [REDACTED]");
    }

    /** An app, a device and whoever listens to them learn neither the member nor the device. */
    @Test
    void tellsNothingToWhoeverCarriesIt() throws Exception {
        JWEObject sealed = JWEObject.parse(seal.seal(ticket).reveal());
        assertThat(sealed.getHeader().toJSONObject().keySet())
                .isEqualTo(Set.of("alg", "enc", "cty", "kid", "epk"));
        assertThat(sealed.getHeader().getAlgorithm().getName()).isEqualTo("ECDH-ES+A256KW");
        assertThat(sealed.getHeader().getEncryptionMethod().getName()).isEqualTo("A256GCM");
        assertThat(sealed.getHeader().toString()).doesNotContain(SERIAL);
    }

    @Test
    void refusesWhatAnotherHasSigned() throws Exception {
        for (Map.Entry<String, String> forged :
                new TicketForge(keys, ticket).decryptable().entrySet()) {
            assertThat(reason(forged.getValue()))
                    .as(forged.getKey())
                    .isEqualTo(RefusalReason.TICKET_FORGED);
        }
    }

    @Test
    void refusesWhatIsNotSealedAsWeSeal() throws Exception {
        for (Map.Entry<String, String> forged :
                new TicketForge(keys, ticket).undecryptable().entrySet()) {
            assertThat(reason(forged.getValue()))
                    .as(forged.getKey())
                    .isEqualTo(RefusalReason.TICKET_ALTERED);
        }
    }

    /** Each character makes another ticket of it, in whatever part it stands. */
    @Test
    void refusesATicketOfWhichOneCharacterWasChanged() {
        String text = seal.seal(ticket).reveal();
        for (int at = 0; at < text.length(); at += 7) {
            char other = text.charAt(at) == 'B' ? 'C' : 'B';
            String altered = text.substring(0, at) + other + text.substring(at + 1);
            assertThat(reason(altered))
                    .as("character %d", at)
                    .isIn(RefusalReason.TICKET_ALTERED, RefusalReason.TICKET_MALFORMED);
        }
    }

    @Test
    void refusesATicketThatIsCutOff() {
        String text = seal.seal(ticket).reveal();
        int lastDot = text.lastIndexOf('.');
        for (String cut :
                new String[] {
                    "", ".", "....", text.substring(0, lastDot), text.substring(0, lastDot + 1)
                }) {
            assertThat(reason(cut)).isEqualTo(RefusalReason.TICKET_MALFORMED);
        }
        assertThat(reason(text + ".x")).isEqualTo(RefusalReason.TICKET_MALFORMED);
        assertThat(reason(text + "=")).isEqualTo(RefusalReason.TICKET_MALFORMED);
        assertThat(reason(text + "A".repeat(TicketText.CHARACTERS_MAX)))
                .isEqualTo(RefusalReason.TICKET_MALFORMED);
    }

    @Test
    void keepsItsKeysSealedAcrossRestarts(@TempDir Path directory) throws Exception {
        SealingKey key = SealingKey.random();
        String text = new TicketSeal(TicketKeys.open(directory, key)).seal(ticket).reveal();
        assertThat(new TicketSeal(TicketKeys.open(directory, key)).open(text)).isEqualTo(ticket);
        byte[] stored = Files.readAllBytes(directory.resolve(TicketKeys.FILE));
        assertThat(new String(stored, java.nio.charset.StandardCharsets.ISO_8859_1))
                .doesNotContain("\"d\"")
                .doesNotContain("P-256");
    }

    @Test
    void replacesNoKeysThatItCannotOpen(@TempDir Path directory) throws Exception {
        TicketKeys.open(directory, SealingKey.random());
        assertThatThrownBy(() -> TicketKeys.open(directory, SealingKey.random()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("tickets.keys.sealed cannot be opened");
    }

    private RefusalReason reason(String text) {
        TicketRefused refused = catchThrowableOfType(TicketRefused.class, () -> seal.open(text));
        assertThat(refused).as("it was taken").isNotNull();
        return refused.reason();
    }
}
