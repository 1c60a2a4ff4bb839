/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.fishtank.hardware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files as the kernel lays them out; what a DS18B20 says is copied from one. */
class LinuxTankTest {

    private static final String SLAVE =
            "72 01 4b 46 7f ff 0e 10 57 : crc=57 %s\n72 01 4b 46 7f ff 0e 10 57 t=%s\n";

    @TempDir Path root;
    private Path slave;

    @BeforeEach
    void layOut() throws IOException {
        slave =
                file(
                        "sys/bus/w1/devices/28-0316a2795bff/w1_slave",
                        SLAVE.formatted("YES", "23125"));
        file("sys/bus/iio/devices/iio:device0/in_illuminance_input", "412.5\n");
        file("sys/class/leds/tank-lamp/max_brightness", "255\n");
        file("sys/class/leds/tank-lamp/brightness", "0\n");
        file("sys/class/leds/tank-heater/brightness", "0\n");
        file("dev/ttyACM0", "");
        file("dev/input/by-path/platform-tank-button-event", "");
        file("dev/input/by-path/platform-tank-lid-event", "");
    }

    @Test
    void readsAndDrivesEveryPart() throws IOException {
        TankHardware tank = LinuxTank.find(root, "dev/ttyACM0");
        assertThat(tank.thermometer().readCelsius()).isEqualTo(23.125);
        assertThat(tank.lightSensor().readLux()).isEqualTo(412.5);
        tank.lamp().set(40);
        assertThat(root.resolve("sys/class/leds/tank-lamp/brightness")).content().startsWith("102");
        tank.heater().set(true);
        assertThat(root.resolve("sys/class/leds/tank-heater/brightness")).content().startsWith("1");
        tank.feeder().dispense(2);
        assertThat(root.resolve("dev/ttyACM0")).hasContent("feed 2\n");
    }

    @ParameterizedTest
    @CsvSource({"YES,-1062,-1.062", "YES,0,0", "YES,125000,125"})
    void readsTheWholeRangeOfTheThermometer(String crc, String thousandths, double celsius)
            throws IOException {
        Files.writeString(slave, SLAVE.formatted(crc, thousandths));
        assertThat(LinuxTank.thermometer(slave).readCelsius()).isEqualTo(celsius);
    }

    @ParameterizedTest
    @CsvSource({
        "NO,  23125, failed its checksum",
        "YES, 85000, has not measured yet",
        "YES, 99999999, answered nonsense",
        "YES, warm, answered nonsense"
    })
    void neverMakesAReadingUp(String crc, String thousandths, String expected) throws IOException {
        Files.writeString(slave, SLAVE.formatted(crc, thousandths));
        assertThatThrownBy(() -> LinuxTank.thermometer(slave).readCelsius())
                .isInstanceOf(IOException.class)
                .hasMessageContaining(expected);
    }

    @Test
    void noticesPartsThatAreMissingOrThereTwice() throws IOException {
        assertThatThrownBy(() -> LinuxTank.feeder(root.resolve("dev/ttyACM7")).dispense(1))
                .isInstanceOf(NoSuchFileException.class);
        file("sys/bus/w1/devices/28-000000000001/w1_slave", SLAVE.formatted("YES", "1"));
        assertThatThrownBy(() -> LinuxTank.find(root, "dev/ttyACM0"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("found 2");
    }

    private Path file(String path, String content) throws IOException {
        Path file = root.resolve(path);
        Path directory = file.getParent();
        assertThat(directory).isNotNull();
        Files.createDirectories(directory);
        return Files.writeString(file, content);
    }
}
