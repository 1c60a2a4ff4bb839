/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.device.DrillFigures;
import dev.breakwater.device.identity.CredentialSlots;
import dev.breakwater.device.identity.SealedFileKeys;
import dev.breakwater.device.storage.HandedOver;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.protocol.message.DeviceEvent;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.canary.Canaries;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.power.PowerCuts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ErasureTest {

    private final TestClock clock = TestClock.at(Instant.parse("2026-11-22T12:00:00Z"));
    private final Canaries canaries = new Canaries();

    @TempDir Path directory;

    @Test
    void leavesTheSetUpKeyAndAReceiptAndNothingElse() throws Exception {
        ConfiguredDevice device = ConfiguredDevice.in(directory, clock);
        device.configure(canaries);
        PublicKey setup = device.setupKey().publicKey();
        PublicKey identity = device.identity();

        Receipt receipt = device.erasure().eraseNow(Cause.BY_HAND);

        receipt.verify(setup);
        JsonNode statement = JsonMapper.shared().readTree(receipt.statement());
        assertThat(statement.path("cause").stringValue()).isEqualTo("by-hand");
        assertThat(statement.path("serial").stringValue()).isEqualTo("tank-1");
        assertThat(statement.path("begunAt").stringValue()).isEqualTo("2026-11-22T12:00:00Z");
        assertThat(statement.path("erased").toString())
                .isEqualTo("[\"wrapping key\",\"device keys\",\"storage\",\"enrollment code\"]");
        assertThat(statement.path("contents").toString())
                .contains("\"wifi\"", "\"credentials\"", "\"key-");
        assertThat(canaries.size()).isEqualTo(ConfiguredDevice.CANARIES);
        assertThat(canaries.search(directory)).isEmpty();

        ConfiguredDevice again = ConfiguredDevice.in(directory, clock);
        assertThat(again.erasure().finishIfBegun()).isEmpty();
        assertThat(again.erasure().lastReceipt().orElseThrow().statement())
                .isEqualTo(receipt.statement());
        assertThat(again.setupKey().publicKey()).isEqualTo(setup);
        assertThat(again.slots().current()).isEmpty();
        again.configure(new Canaries());
        assertThat(again.identity()).isNotEqualTo(identity);
    }

    /** As of a tank whose lid is opened while it enrolls. */
    @Test
    void takesTheStorageFromWhoeverUsesItBeforeItDestroysAnything() throws Exception {
        ConfiguredDevice device = ConfiguredDevice.in(directory, clock);
        device.configure(canaries);
        SealedStorage used = device.storage();
        CredentialSlots slots = CredentialSlots.open(used, new SealedFileKeys(used));
        List<String> seen = new ArrayList<>();
        Erasure erasure =
                device.erasure(
                        List.of(
                                Erasable.of(
                                        "key",
                                        () -> {
                                            assertThatThrownBy(slots::keyForNext)
                                                    .isInstanceOf(HandedOver.class);
                                            seen.add("key");
                                        })),
                        List.of(Erasable.storage(device.data())));
        erasure.takesOver(used);
        var _ = erasure.eraseNow(Cause.TAMPERED);
        assertThat(seen).containsExactly("key");
        assertThatThrownBy(slots::keyForNext).isInstanceOf(HandedOver.class);
        assertThat(device.data().toFile().list()).isEmpty();
    }

    /** The order in which a power cut finds things is the order in which they were destroyed. */
    @Test
    void destroysKeysBeforeEverythingElse() throws Exception {
        ConfiguredDevice device = ConfiguredDevice.in(directory, clock);
        List<String> order = new ArrayList<>();
        Erasure erasure =
                device.erasure(
                        List.of(Erasable.of("key", () -> order.add("key"))),
                        List.of(Erasable.of("data", () -> order.add("data"))));
        var _ = erasure.eraseNow(Cause.TAMPERED);
        assertThat(order).containsExactly("key", "data");
    }

    @Test
    void isFinishedByTheNextStartAfterACutAtEveryWriteEvenOfThat() throws Exception {
        PowerCuts.Played played =
                new PowerCuts(
                                (root, told) -> {
                                    ConfiguredDevice device = ConfiguredDevice.in(root, clock);
                                    device.configure(new Canaries());
                                },
                                (root, told) -> {
                                    ConfiguredDevice device = ConfiguredDevice.in(root, clock);
                                    device.erasure().begin(Cause.BY_ORDER);
                                    told.acknowledge("begun");
                                    var _ = device.erasure().finishIfBegun();
                                },
                                (root, cut) -> {
                                    ConfiguredDevice again = ConfiguredDevice.in(root, clock);
                                    var finished = again.erasure().finishIfBegun();
                                    var receipt = again.erasure().lastReceipt();
                                    if (cut.acknowledged("begun")) {
                                        assertThat(receipt).isPresent();
                                    }
                                    assertThat(finished.isEmpty() || receipt.isPresent()).isTrue();
                                    if (receipt.isPresent()) {
                                        receipt.get().verify(again.setupKey().publicKey());
                                        again.requireErased();
                                    } else {
                                        again.requireConfigured();
                                    }
                                },
                                clock)
                        .playTwice();
        DrillFigures.say("wipe, and the start after it", played);
        assertThat(played.cuts()).isGreaterThan(1_000);
        assertThat(played.starts()).isGreaterThan(200);
    }

    @Test
    void erasesTheRestThoughATokenFailsAndTriesAgainBeforeItSaysErased() throws Exception {
        ConfiguredDevice device = ConfiguredDevice.in(directory, clock);
        device.configure(canaries);
        AtomicBoolean pulledOut = new AtomicBoolean(true);
        Erasable token =
                Erasable.of(
                        "device keys",
                        () -> {
                            if (pulledOut.get()) {
                                throw new IOException("there is no token");
                            }
                        });
        Erasure erasure =
                device.erasure(
                        List.of(token, Erasable.wrappingKey(device.wrappingKey())),
                        List.of(Erasable.storage(device.data())));
        assertThatThrownBy(() -> erasure.eraseNow(Cause.BY_HAND))
                .isInstanceOf(ErasureIncomplete.class)
                .hasMessage(
                        "not erased: device keys (there is no token); the next start tries again");
        assertThat(device.wrappingKey()).doesNotExist();
        assertThat(erasure.lastReceipt()).isEmpty();
        assertThatThrownBy(erasure::finishIfBegun).isInstanceOf(ErasureIncomplete.class);
        pulledOut.set(false);
        assertThat(erasure.finishIfBegun()).isPresent();
        assertThat(erasure.finishIfBegun()).isEmpty();
    }

    /** A medium that is full takes no mark, and must not save what is on it. */
    @Test
    void erasesThoughItsMarkCannotBeStored() throws Exception {
        ConfiguredDevice device = ConfiguredDevice.in(directory, clock);
        device.configure(canaries);
        Path mark = device.survivorsDirectory().resolve("erasure.sealed");
        Files.createDirectory(mark);
        Files.writeString(mark.resolve("in-the-way"), "x");
        assertThatThrownBy(() -> device.erasure().begin(Cause.BY_HAND))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> device.erasure().eraseNow(Cause.BY_HAND))
                .isInstanceOf(IOException.class);
        assertThat(device.wrappingKey()).doesNotExist();
        assertThat(canaries.search(device.data())).isEmpty();
    }

    @Test
    void aReceiptFitsIntoAnEventHoweverMuchWasErased() throws Exception {
        ConfiguredDevice device = ConfiguredDevice.in(directory, clock);
        device.configure(canaries);
        for (int note = 1_000; note < 1_250; note++) {
            device.storage().write("note-%s%d".formatted("x".repeat(50), note), new byte[1]);
        }
        Receipt receipt = device.erasure().eraseNow(Cause.BY_HAND);
        assertThat(receipt.statement()).contains("and 56 more");
        assertThat(new DeviceEvent("erasure-receipt", receipt.toJson()).toJson().length)
                .isLessThanOrEqualTo(DeviceEvent.BYTES_MAX);
    }

    @Test
    void takesAMarkThatDoesNotOpenForAnErasureThatWasBegun() throws Exception {
        ConfiguredDevice device = ConfiguredDevice.in(directory, clock);
        device.configure(canaries);
        device.erasure().begin(Cause.BY_ORDER);
        Files.write(device.survivorsDirectory().resolve("erasure.sealed"), new byte[64]);
        Receipt receipt = device.erasure().finishIfBegun().orElseThrow();
        assertThat(receipt.statement()).contains("\"cause\":\"unknown\"");
        device.requireErased();
    }

    @Test
    void aReceiptOfAnotherDeviceOrWithOtherWordsDoesNotVerify() throws Exception {
        ConfiguredDevice device = ConfiguredDevice.in(directory, clock);
        Receipt receipt = device.erasure().eraseNow(Cause.BY_HAND);
        assertThatThrownBy(() -> receipt.verify(TestKeys.p256().getPublic()))
                .isInstanceOf(GeneralSecurityException.class);
        var changed = receipt.toJson();
        changed.put("statement", receipt.statement().replace("by-hand", "tampered"));
        Receipt forged = Receipt.parse(JsonMapper.shared().writeValueAsBytes(changed));
        assertThatThrownBy(() -> forged.verify(device.setupKey().publicKey()))
                .hasMessageContaining("was not signed with this set-up key");
    }
}
