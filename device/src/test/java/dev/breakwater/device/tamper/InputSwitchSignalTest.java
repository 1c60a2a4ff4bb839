/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.tamper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.device.input.Button;
import dev.breakwater.device.input.InputEvent;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A pipe in place of the kernel's input device: it is read in the same way. */
@Timeout(60)
class InputSwitchSignalTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int SW_LID = 0;
    private static final int KEY_RESTART = 408;

    @TempDir Path directory;
    private Path file;
    private RandomAccessFile kernel;

    @BeforeEach
    void setUp() throws Exception {
        file = directory.resolve("event0");
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
        kernel = new RandomAccessFile(file.toFile(), "rw");
    }

    @AfterEach
    void tearDown() throws IOException {
        kernel.close();
    }

    private void happens(int type, int code, int value) throws IOException {
        boolean is32 = "32".equals(System.getProperty("sun.arch.data.model"));
        ByteBuffer event =
                ByteBuffer.allocate(is32 ? 16 : 24)
                        .order(ByteOrder.nativeOrder())
                        .position(is32 ? 8 : 16)
                        .putShort((short) type)
                        .putShort((short) code)
                        .putInt(value);
        kernel.write(event.array());
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Test
    void givesTheAlarmThatStaysWhenTheLidWasOpenedAndClosed() throws Exception {
        try (InputSwitchSignal lid = new InputSwitchSignal(file, SW_LID)) {
            assertThat(lid.poll()).isEmpty();
            happens(InputEvent.SWITCH, SW_LID, 1);
            happens(InputEvent.SYN, 0, 0);
            happens(InputEvent.SWITCH, SW_LID, 0);
            await(() -> lid.poll().isPresent());
            assertThat(lid.poll().orElseThrow().kind()).isEqualTo(Tampering.Kind.ENCLOSURE_OPENED);
        }
    }

    @Test
    void givesTheAlarmWhenTheKernelLostEvents() throws Exception {
        try (InputSwitchSignal lid = new InputSwitchSignal(file, SW_LID)) {
            happens(InputEvent.SYN, InputEvent.SYN_DROPPED, 0);
            await(() -> lid.poll().isPresent());
        }
    }

    @Test
    void heedsNoOtherSwitchAndNoKey() throws Exception {
        try (InputSwitchSignal lid = new InputSwitchSignal(file, SW_LID);
                InputSwitchSignal other = new InputSwitchSignal(second(), 5)) {
            happens(InputEvent.SWITCH, 5, 1);
            happens(InputEvent.KEY, SW_LID, 1);
            kernel.close();
            // Whoever comes to the end has read all before it.
            await(() -> isBlind(lid));
            assertThat(other.poll()).isEmpty();
        }
    }

    private Path second() throws Exception {
        Path second = directory.resolve("event1");
        assertThat(new ProcessBuilder("mkfifo", second.toString()).start().waitFor()).isZero();
        RandomAccessFile open = new RandomAccessFile(second.toFile(), "rw");
        assertThat(open.getChannel().isOpen()).isTrue();
        return second;
    }

    private static boolean isBlind(TamperSignal signal) {
        try {
            assertThat(signal.poll()).isEmpty();
            return false;
        } catch (IOException blind) {
            return blind.toString().contains("cannot be read any more");
        }
    }

    @Test
    void saysThatThereIsNoSwitch() {
        assertThatThrownBy(() -> new InputSwitchSignal(directory.resolve("event7"), SW_LID))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void aButtonIsPressedUntilItIsLetGo() throws Exception {
        try (Button button = new Button(file, KEY_RESTART)) {
            assertThat(button.isPressed()).isFalse();
            happens(InputEvent.KEY, KEY_RESTART, 1);
            await(button::isPressed);
            happens(InputEvent.KEY, KEY_RESTART, 2);
            happens(InputEvent.KEY, KEY_RESTART, 0);
            await(() -> !button.isPressed());
            happens(InputEvent.KEY, KEY_RESTART, 1);
            await(button::isPressed);
            happens(InputEvent.SYN, InputEvent.SYN_DROPPED, 0);
            await(() -> !button.isPressed());
        }
    }
}
