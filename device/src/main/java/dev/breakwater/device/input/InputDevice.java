/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.input;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An input device that is read as long as it is open, on a thread of its own.
 *
 * <pre>{@code
 * try (InputDevice device = InputDevice.open(Path.of("/dev/input/event0"), this::happened)) {
 *     // ...
 *     device.requireWorking(); // throws if the device has gone
 * }
 * }</pre>
 *
 * <p>Open it before anybody else does, and before anything depends on it: the driver tells whoever
 * opens a device first which switches are closed. Whoever runs the agent must be allowed to read it
 * (a udev rule). Safe for use by many threads.
 */
public final class InputDevice implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(InputDevice.class);

    private final Path file;
    private final InputStream in;
    private final Consumer<InputEvent> listener;
    private final AtomicReference<@Nullable IOException> broken = new AtomicReference<>();

    private InputDevice(Path file, InputStream in, Consumer<InputEvent> listener) {
        this.file = file;
        this.in = in;
        this.listener = listener;
    }

    /**
     * Opens a device.
     *
     * @param listener is told of each event, on the device's thread; returns soon
     * @throws IOException if it is not there or may not be read
     */
    public static InputDevice open(Path file, Consumer<InputEvent> listener) throws IOException {
        InputDevice device = new InputDevice(file, Files.newInputStream(file), listener);
        // A thread of the platform's: reading a device blocks the thread that carries it.
        Thread _ =
                Thread.ofPlatform()
                        .daemon()
                        .name("breakwater-input-" + file.getFileName())
                        .start(device::read);
        return device;
    }

    /**
     * Does nothing as long as the device works.
     *
     * @throws IOException if it could not be read any more; open it anew then
     */
    public void requireWorking() throws IOException {
        IOException why = broken.get();
        if (why != null) {
            throw new IOException(file + " cannot be read any more: " + why.getMessage(), why);
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** Not readNBytes, which asks for a position that such a file has not. */
    private byte[] next() throws IOException {
        byte[] event = new byte[InputEvent.BYTES];
        int filled = 0;
        while (filled < event.length) {
            int count = in.read(event, filled, event.length - filled);
            if (count < 0) {
                throw new EOFException("it ended");
            }
            filled += count;
        }
        return event;
    }

    private void read() {
        try {
            while (true) {
                listener.accept(InputEvent.read(next()));
            }
        } catch (IOException gone) {
            broken.set(gone);
            LOG.debug("{} is read no more: {}", file, gone.toString());
        }
    }
}
