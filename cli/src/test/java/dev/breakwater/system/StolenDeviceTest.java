/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.testkit.canary.Canaries;
import dev.breakwater.testkit.canary.FlashImage;
import dev.breakwater.testkit.token.SoftHsm;
import dev.breakwater.testkit.token.SoftTpm;
import dev.breakwater.testkit.token.TestToken;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What a thief has of a device's storage: with and without the place where its keys are. */
@Tag("system")
@Timeout(240)
final class StolenDeviceTest {

    private static final String TANK = "TANK-0013";

    /** Version, nonce, time of writing and tag: nothing sealed is shorter. */
    private static final int CONTAINER_BYTES_MIN = 1 + 12 + 8 + 16;

    private static final byte CONTAINER_VERSION = 1;

    @TempDir Path directory;
    private final Canaries canaries = new Canaries();

    enum Kind {
        SOFT_HSM,
        SOFT_TPM
    }

    @ParameterizedTest
    @EnumSource
    void isOfNoUseWithoutItsToken(Kind kind) throws Exception {
        try (TestToken token = make(kind, "token");
                TestToken thiefs = make(kind, "thiefs-token");
                ServerProcess server = ServerProcess.start(ServerPlace.in(directory));
                Administrator administrator = Administrator.setUp(server)) {
            StolenDevice tank = provisioned(server, administrator);
            keepKeysIn(token, tank);
            assertThat(tank.run(token.environment())).contains("connected");
            tank.configure(canaries);

            tellsNothing(kind.name(), server, tank.copyWithoutKeys(directory.resolve("flash")));

            StolenDevice whole = tank.copyWithWrappingKeys(directory.resolve("elsewhere"));
            int readable = readable(whole);
            List<String> said = whole.run(thiefs.environment());
            assertThat(said)
                    .doesNotContain("connected")
                    .anyMatch(
                            line ->
                                    line.startsWith("unusable=")
                                            && line.contains(
                                                    "is not where the device keeps its keys"));
            assertThat(whole.storage().names()).noneMatch(name -> name.startsWith("key-"));
            say(
                    "theft, %s: with the wrapping key's file in the copy %d of %d items are readable, no private key is there, and the copy cannot connect: no such key"
                            .formatted(kind, readable, StolenDevice.OWNERS_ITEMS.size()));
        }
    }

    @Test
    void tellsNothingWithoutItsWrappingKeyAndEverythingWithIt() throws Exception {
        try (ServerProcess server = ServerProcess.start(ServerPlace.in(directory));
                Administrator administrator = Administrator.setUp(server)) {
            StolenDevice tank = provisioned(server, administrator);
            assertThat(tank.run(java.util.Map.of())).contains("connected");
            tank.configure(canaries);

            tellsNothing("software", server, tank.copyWithoutKeys(directory.resolve("flash")));

            StolenDevice whole = tank.copyWithWrappingKeys(directory.resolve("elsewhere"));
            // The honest half: sealing with the key beside it hides nothing.
            assertThat(readable(whole)).isEqualTo(StolenDevice.OWNERS_ITEMS.size());
            assertThat(whole.storage().names()).anyMatch(name -> name.startsWith("key-"));
            say(
                    "theft, software: with the wrapping key's file in the copy %d of %d items are readable, and the private key"
                            .formatted(
                                    StolenDevice.OWNERS_ITEMS.size(),
                                    StolenDevice.OWNERS_ITEMS.size()));
        }
    }

    private void tellsNothing(String kind, ServerProcess server, StolenDevice flash)
            throws Exception {
        FlashImage image = FlashImage.of(flash.directory());
        assertThat(canaries.search(flash.directory())).isEmpty();
        assertThat(image.secrets()).isEmpty();
        List<FlashImage.Noise> noise = image.noise();
        assertThat(noise)
                .isNotEmpty()
                .allSatisfy(one -> assertThat(isExplained(one, server)).as("%s", one).isTrue());
        say(
                "theft, %s: %d files without the keys: 0 of %d canaries, 0 forms of secrets, %d stretches like chance, all of them sealed containers or the root's public fingerprint"
                        .formatted(kind, image.files(), canaries.size(), noise.size()));
    }

    /** A sealed container by its format, or the public fingerprint in the provisioning file. */
    private static boolean isExplained(FlashImage.Noise noise, ServerProcess server)
            throws Exception {
        if (noise.file().toString().endsWith(".sealed")) {
            byte[] content = Files.readAllBytes(noise.file());
            return content.length >= CONTAINER_BYTES_MIN && content[0] == CONTAINER_VERSION;
        }
        return noise.file().endsWith("tank.json") && noise.text().equals(server.root().hex());
    }

    private int readable(StolenDevice copy) throws Exception {
        SealedStorage storage = copy.storage();
        Path opened = Files.createDirectories(directory.resolve("opened"));
        for (String item : StolenDevice.OWNERS_ITEMS) {
            Files.write(opened.resolve(item), storage.read(item).orElseThrow());
        }
        return (int)
                canaries.search(opened).stream()
                        .map(Canaries.Found::what)
                        .filter(StolenDevice.OWNERS_ITEMS::contains)
                        .distinct()
                        .count();
    }

    private StolenDevice provisioned(ServerProcess server, Administrator administrator)
            throws Exception {
        String product = administrator.createProduct("Coral tank");
        String code = administrator.createEnrollmentCode(product, List.of(TANK));
        canaries.lookFor("the used enrollment code", code.getBytes(StandardCharsets.UTF_8));
        StolenDevice tank = new StolenDevice(Files.createDirectory(directory.resolve("device")));
        Files.writeString(tank.provisioning(), server.provisioning(TANK, code));
        return tank;
    }

    private static void keepKeysIn(TestToken token, StolenDevice tank) throws Exception {
        ObjectNode told =
                (ObjectNode) JsonMapper.shared().readTree(Files.readString(tank.provisioning()));
        told.set(
                "keys",
                Administrator.object()
                        .put("place", "pkcs11")
                        .put("library", token.library().toString())
                        .put("slot", 0)
                        .put("pinFile", token.pinFile().toString()));
        Files.writeString(tank.provisioning(), told.toString());
    }

    private TestToken make(Kind kind, String name) throws Exception {
        Path place = Files.createDirectory(directory.resolve(name));
        return switch (kind) {
            case SOFT_HSM -> {
                SoftHsm.missing().ifPresent(reason -> abort(reason));
                yield SoftHsm.make(place);
            }
            case SOFT_TPM -> {
                SoftTpm.missing().ifPresent(reason -> abort(reason));
                yield SoftTpm.make(place);
            }
        };
    }

    private static void say(String figure) {
        if (Boolean.getBoolean("breakwater.drill")) {
            System.out.println(figure);
        }
    }
}
