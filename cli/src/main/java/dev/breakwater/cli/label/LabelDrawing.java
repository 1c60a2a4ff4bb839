/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.label;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.companion.LabelImage;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.SecureBytes;
import dev.breakwater.protocol.sealing.DurableFile;
import dev.breakwater.protocol.setup.SetupKeyHash;
import dev.breakwater.protocol.setup.SetupLabel;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;

/** The picture of a label, and the passphrase that is in it. */
final class LabelDrawing {

    /** Nobody has to tell l from 1 or O from 0: people type it when their camera fails. */
    private static final String ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";

    /** Four groups of five: 99 bits, which nobody tries out on a recorded handshake. */
    private static final int GROUPS = 4;

    private static final int GROUP_CHARACTERS = 5;
    private static final int PIXELS_MAX = 64;

    private LabelDrawing() {}

    /** A fresh passphrase for the network of one device. */
    static String freshPassphrase() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < GROUPS * GROUP_CHARACTERS; i++) {
            if (i > 0 && i % GROUP_CHARACTERS == 0) {
                text.append('-');
            }
            text.append(SecureBytes.oneOf(ALPHABET));
        }
        return text.toString();
    }

    /** A label of these parts. */
    static SetupLabel label(String network, String passphrase, String serial, String key) {
        try {
            return new SetupLabel(
                    network, passphrase, new DeviceSerial(serial), new SetupKeyHash(key));
        } catch (IllegalArgumentException wrong) {
            throw new CommandFailed(
                    ExitCode.USAGE, "there is no such label: " + wrong.getMessage(), wrong);
        }
    }

    /** Draws it into a file that nobody else can read, and that is not there yet. */
    static void draw(SetupLabel label, int pixelsPerModule, Path file) {
        if (pixelsPerModule < 1 || pixelsPerModule > PIXELS_MAX) {
            throw new CommandFailed(ExitCode.USAGE, "--pixels is 1 to " + PIXELS_MAX);
        }
        if (ModuleLayer.boot().findModule("java.desktop").isEmpty()) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START,
                    "this Java draws no pictures: it has no java.desktop, as in the container image;"
                            + " run label draw where a whole Java is installed");
        }
        try {
            DurableFile.create(file, LabelImage.draw(label, pixelsPerModule));
        } catch (FileAlreadyExistsException there) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START, file + " is there already and is not replaced", there);
        } catch (IOException unwritable) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START, file + " cannot be written: " + unwritable, unwritable);
        }
    }
}
