/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.slot;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The records that say which slot boots. */
class BootSelectorTest {

    private static final int SIZE = 256;
    private static final BootChoice A = BootChoice.of(Slot.A);
    private static final BootChoice B_ON_TRIAL = A.withTrial(2);

    @TempDir Path directory;
    private Path device;

    @BeforeEach
    void setUp() throws Exception {
        device = directory.resolve("device");
        Files.write(device, new byte[4 * SIZE]);
    }

    private UbootEnvironment uboot(Map<String, String> defaults) {
        return new UbootEnvironment(
                new UbootEnvironment.Copy(device, SIZE),
                new UbootEnvironment.Copy(device, 3 * SIZE),
                SIZE,
                defaults);
    }

    private UbootEnvironment uboot() {
        return uboot(Map.of("bootcmd", "run breakwater"));
    }

    private void put(int offset, int serial, String strings) throws IOException {
        byte[] padded = Arrays.copyOf(strings.getBytes(ISO_8859_1), SIZE - 5);
        CRC32 crc = new CRC32();
        crc.update(padded);
        byte[] content = Files.readAllBytes(device);
        ByteBuffer.wrap(content, offset, SIZE)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) crc.getValue())
                .put((byte) serial)
                .put(padded);
        Files.write(device, content);
    }

    @Test
    void keepsChoicesInAFile() throws Exception {
        SelectorFile selector = new SelectorFile(directory.resolve("selector"));
        assertThat(selector.read()).isEmpty();
        for (BootChoice choice : new BootChoice[] {A, B_ON_TRIAL, BootChoice.of(Slot.B)}) {
            selector.write(choice);
            assertThat(selector.read()).contains(choice);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "breakwater-boot 1 confirmed=c",
                "breakwater-boot 1 confirmed=a trial=a boots=1",
                "breakwater-boot 1 confirmed=a trial=b boots=10",
                "breakwater-boot 1 confirmed=a trial=b boots=-1",
                "breakwater-boot 1 confirmed=a trial=b",
                "breakwater-boot 2 confirmed=a",
                ""
            })
    void takesNothingElseForAChoiceThoughItsChecksumIsRight(String line) throws Exception {
        Path file = directory.resolve("selector");
        Files.writeString(file, CheckedLine.of(line));
        assertThat(new SelectorFile(file).read()).isEmpty();
    }

    @Test
    void takesNoFileWithAChangedBit() throws Exception {
        Path file = directory.resolve("selector");
        SelectorFile selector = new SelectorFile(file);
        selector.write(B_ON_TRIAL);
        byte[] whole = Files.readAllBytes(file);
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] changed = whole.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, changed);
            assertThat(selector.read()).as("bit %d", bit).isEmpty();
        }
    }

    @Test
    void keepsChoicesAndEverythingElseInUbootsEnvironment() throws Exception {
        put(SIZE, 254, "bootdelay=1\0bootcmd=run x\0\0");
        UbootEnvironment selector = uboot();
        assertThat(selector.read()).isEmpty();
        for (int round = 0; round < 300; round++) {
            BootChoice choice = round % 2 == 0 ? B_ON_TRIAL : A;
            selector.write(choice);
            assertThat(selector.read()).as("round %d", round).contains(choice);
        }
        assertThat(new String(Files.readAllBytes(device), ISO_8859_1))
                .contains("bootdelay=1\0bootcmd=run x\0breakwater_slot=a\0");
    }

    @Test
    void writesTheOlderCopySoThatTheNewerOneIsWholeMeanwhile() throws Exception {
        UbootEnvironment selector = uboot();
        selector.write(A);
        selector.write(B_ON_TRIAL);
        byte[] before = Files.readAllBytes(device);
        selector.write(BootChoice.of(Slot.B));
        byte[] after = Files.readAllBytes(device);
        assertThat(Arrays.copyOfRange(after, 3 * SIZE, 4 * SIZE))
                .isEqualTo(Arrays.copyOfRange(before, 3 * SIZE, 4 * SIZE));
        // Torn: the choice before it counts.
        Arrays.fill(after, SIZE + 100, 2 * SIZE, (byte) 0x55);
        Files.write(device, after);
        assertThat(selector.read()).contains(B_ON_TRIAL);
    }

    @Test
    void takesTheCopyThatUbootTakes() throws Exception {
        String a = "breakwater_slot=a\0\0";
        String b = "breakwater_slot=b\0\0";
        for (int[] serials : new int[][] {{2, 1}, {0, 255}, {5, 5}, {200, 100}}) {
            put(SIZE, serials[0], a);
            put(3 * SIZE, serials[1], b);
            assertThat(uboot().read()).contains(A);
        }
        for (int[] serials : new int[][] {{1, 2}, {255, 0}}) {
            put(SIZE, serials[0], a);
            put(3 * SIZE, serials[1], b);
            assertThat(uboot().read()).contains(BootChoice.of(Slot.B));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "breakwater_trial=a\0breakwater_boots=1",
                "breakwater_trial=b\0breakwater_boots=99",
                "breakwater_trial=b\0breakwater_boots=4000000000",
                "breakwater_trial=b\0breakwater_boots=-1",
                "breakwater_trial=b\0breakwater_boots=x",
                "breakwater_trial=b",
                "breakwater_trial=zz\0breakwater_boots=1"
            })
    void takesATrialThatMakesNoSenseForNone(String variables) throws Exception {
        put(SIZE, 1, "breakwater_slot=a\0" + variables + "\0\0");
        assertThat(uboot().read()).contains(A);
    }

    @Test
    void writesOverTwoDamagedCopiesOnlyWithTheDefaultsOfUboot() throws Exception {
        assertThatThrownBy(() -> uboot(Map.of()).write(A))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("saveenv");
        assertThat(Files.readAllBytes(device)).containsOnly(0);
        uboot().write(A);
        assertThat(uboot().read()).contains(A);
        assertThat(new String(Files.readAllBytes(device), ISO_8859_1))
                .contains("bootcmd=run breakwater\0");
    }

    @Test
    void refusesAnEnvironmentWithoutRoomAndLeavesItAsItIs() throws Exception {
        put(SIZE, 1, "long=" + "x".repeat(235) + "\0\0");
        byte[] before = Files.readAllBytes(device);
        assertThatThrownBy(() -> uboot().write(A)).hasMessageContaining("room for 251 bytes");
        assertThat(Files.readAllBytes(device)).isEqualTo(before);
    }

    /** An independent reader and writer of the same format, where it is installed. */
    @Test
    void agreesWithLibubootenv() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/fw_printenv")));
        uboot().write(A);
        uboot().write(B_ON_TRIAL);
        Path config = directory.resolve("fw_env.config");
        Files.writeString(
                config,
                "%s 0x%x 0x%x\n%s 0x%x 0x%x\n"
                        .formatted(device, SIZE, SIZE, device, 3 * SIZE, SIZE));
        assertThat(run("fw_printenv", "-c", config.toString()))
                .contains("breakwater_slot=a", "breakwater_trial=b", "breakwater_boots=2");
        // As the boot script counts down.
        var _ = run("fw_setenv", "-c", config.toString(), "breakwater_boots", "1");
        assertThat(uboot().read()).contains(A.withTrial(1));
        uboot().write(BootChoice.of(Slot.B));
        assertThat(run("fw_printenv", "-c", config.toString()))
                .contains("breakwater_slot=b", "bootcmd=run breakwater")
                .doesNotContain("breakwater_trial");
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}
