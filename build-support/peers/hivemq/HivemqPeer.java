/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
import com.hivemq.embedded.EmbeddedExtension;
import com.hivemq.embedded.EmbeddedHiveMQ;
import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * HiveMQ Community Edition as a peer of the benchmarks: one listener with mutual TLS. Whoever TLS
 * lets in is let in. Arguments: port, key store, trust store, password of both, data directory.
 */
public final class HivemqPeer {

    private static final String CONFIGURATION =
            """
            <?xml version="1.0"?>
            <hivemq>
              <listeners>
                <tls-tcp-listener>
                  <port>%1$s</port>
                  <bind-address>127.0.0.1</bind-address>
                  <tls>
                    <protocols><protocol>TLSv1.3</protocol></protocols>
                    <keystore>
                      <path>%2$s</path>
                      <password>%4$s</password>
                      <private-key-password>%4$s</private-key-password>
                    </keystore>
                    <truststore><path>%3$s</path><password>%4$s</password></truststore>
                    <client-authentication-mode>REQUIRED</client-authentication-mode>
                  </tls>
                </tls-tcp-listener>
              </listeners>
              <mqtt>
                <receive-maximum><server-receive-maximum>100</server-receive-maximum></receive-maximum>
                <queued-messages><max-queue-size>100000000</max-queue-size></queued-messages>
              </mqtt>
              <persistence><mode>file</mode></persistence>
              <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
            </hivemq>
            """;

    private HivemqPeer() {}

    /** Runs until the process is ended. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[4]);
        Path configuration = Files.createDirectories(directory.resolve("conf"));
        Files.writeString(
                configuration.resolve("config.xml"), CONFIGURATION.formatted((Object[]) arguments));
        EmbeddedExtension everybody =
                EmbeddedExtension.builder()
                        .withId("certificates-decide")
                        .withName("Certificates decide")
                        .withVersion("1")
                        .withExtensionMain(new Everybody())
                        .build();
        EmbeddedHiveMQ server =
                EmbeddedHiveMQ.builder()
                        .withConfigurationFolder(configuration)
                        .withDataFolder(Files.createDirectories(directory.resolve("data")))
                        .withExtensionsFolder(
                                Files.createDirectories(directory.resolve("extensions")))
                        .withEmbeddedExtension(everybody)
                        .build();
        server.start().join();
        System.out.println("version " + version());
        Thread.currentThread().join();
    }

    /** The jar's name carries it; its manifest does not. */
    private static String version() {
        String jar =
                EmbeddedHiveMQ.class.getProtectionDomain().getCodeSource().getLocation().getPath();
        return jar.replaceAll(".*-([0-9][0-9.]*)\\.jar", "$1");
    }

    private static final class Everybody implements ExtensionMain {

        @Override
        public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
            SimpleAuthenticator accepting = (_, answer) -> answer.authenticateSuccessfully();
            Services.securityRegistry().setAuthenticatorProvider(_ -> accepting);
        }

        @Override
        public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {}
    }
}
