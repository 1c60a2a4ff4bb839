/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.fishtank.hardware;

import dev.breakwater.device.input.Button;
import dev.breakwater.device.tamper.InputSwitchSignal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A tank whose parts are files of the Linux kernel: a DS18B20 thermometer on a 1-wire bus, an
 * ambient light sensor of the IIO subsystem, lamp and heater as devices of the LED class (a PWM
 * lamp, a relay on a GPIO), a feeder on a serial line that takes one line of text an order, and a
 * button and a lid switch of the input subsystem, which stay open as long as the process runs.
 */
public final class LinuxTank {

    private static final int LINE_BYTES_MAX = 256;

    /** As the device tree names them; codes of linux/input-event-codes.h. */
    private static final String BUTTON = "dev/input/by-path/platform-tank-button-event";

    private static final String LID = "dev/input/by-path/platform-tank-lid-event";
    private static final int KEY_RESTART = 408;
    private static final int SW_LID = 0;

    private LinuxTank() {}

    /**
     * The parts under their usual places.
     *
     * @param root {@code /}, or another place where {@code sys} and {@code dev} are mounted
     * @param feeder the character device of the feeder, such as {@code dev/ttyACM0} under the root
     * @throws IOException naming the part that is missing or there more than once
     */
    public static TankHardware find(Path root, String feeder) throws IOException {
        return new TankHardware(
                thermometer(only(root.resolve("sys/bus/w1/devices"), "28-*").resolve("w1_slave")),
                lightSensor(
                        only(root.resolve("sys/bus/iio/devices"), "iio:device*")
                                .resolve("in_illuminance_input")),
                lamp(root.resolve("sys/class/leds/tank-lamp")),
                heater(root.resolve("sys/class/leds/tank-heater")),
                feeder(root.resolve(feeder)),
                new Button(root.resolve(BUTTON), KEY_RESTART)::isPressed,
                new InputSwitchSignal(root.resolve(LID), SW_LID));
    }

    /**
     * A DS18B20. Its file has two lines, the first ends with YES if the checksum of the bus was
     * right, the second with {@code t=} and thousandths of a degree.
     */
    static Thermometer thermometer(Path slave) {
        Pattern form = Pattern.compile("[^\\n]*: crc=\\w+ (YES|NO)\\n[^\\n]* t=(-?\\d{1,6})\\n?");
        return () -> {
            Matcher matcher = form.matcher(read(slave));
            if (!matcher.matches()) {
                throw new IOException("the thermometer " + slave + " answered nonsense");
            }
            if (matcher.group(1).equals("NO")) {
                throw new IOException("the thermometer " + slave + " failed its checksum");
            }
            int thousandths = Integer.parseInt(matcher.group(2));
            if (thousandths == 85_000) {
                // The value after power-on, before the first measurement.
                throw new IOException("the thermometer " + slave + " has not measured yet");
            }
            return thousandths / 1000.0;
        };
    }

    static LightSensor lightSensor(Path illuminance) {
        return () -> number(illuminance);
    }

    static Lamp lamp(Path led) {
        return percent -> {
            long most = (long) number(led.resolve("max_brightness"));
            write(led.resolve("brightness"), Long.toString(Math.round(most * percent / 100.0)));
        };
    }

    static Heater heater(Path led) {
        return on -> write(led.resolve("brightness"), on ? "1" : "0");
    }

    static Feeder feeder(Path device) {
        return portions -> write(device, "feed " + portions + "\n");
    }

    private static double number(Path file) throws IOException {
        try {
            return Double.parseDouble(read(file).strip());
        } catch (NumberFormatException notANumber) {
            throw new IOException(file + " does not hold a number", notANumber);
        }
    }

    private static String read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(LINE_BYTES_MAX), StandardCharsets.US_ASCII);
        }
    }

    /** Never creates the file: a part that is not there must not look driven. */
    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardCharsets.US_ASCII, StandardOpenOption.WRITE);
    }

    private static Path only(Path directory, String pattern) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> matches = Files.newDirectoryStream(directory, pattern)) {
            matches.forEach(found::add);
        }
        if (found.size() != 1) {
            throw new IOException(
                    "expected one %s in %s and found %d"
                            .formatted(pattern, directory, found.size()));
        }
        return found.getFirst();
    }
}
