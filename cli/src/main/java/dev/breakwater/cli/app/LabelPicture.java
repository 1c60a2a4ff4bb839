/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.app;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.companion.LabelImage;
import dev.breakwater.protocol.setup.SetupLabel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file with a picture of a label. */
final class LabelPicture {

    private LabelPicture() {}

    /** What the label says. */
    static SetupLabel read(Path picture) {
        try (InputStream in = Files.newInputStream(picture)) {
            return LabelImage.read(in.readNBytes(LabelImage.BYTES_MAX + 1));
        } catch (LabelImage.NoLabel none) {
            throw new CommandFailed(
                    ExitCode.REFUSED, picture + " is no label: " + none.getMessage(), none);
        } catch (IOException unreadable) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START, picture + " cannot be read: " + unreadable, unreadable);
        }
    }
}
