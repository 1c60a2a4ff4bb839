/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
import java.nio.file.Path;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;

/**
 * Apache ActiveMQ Artemis as a peer of the benchmarks: one MQTT acceptor with mutual TLS, and a
 * journal that is synced before anything is acknowledged. Arguments: port, key store, trust store,
 * password of both, data directory.
 */
public final class ArtemisPeer {

    private ArtemisPeer() {}

    /** Runs until the process is ended. */
    public static void main(String[] arguments) throws Exception {
        String acceptor =
                "tcp://127.0.0.1:%s?protocols=MQTT;sslEnabled=true;needClientAuth=true;enabledProtocols=TLSv1.3"
                                .formatted(arguments[0])
                        + ";keyStoreType=PKCS12;keyStorePath=%s;keyStorePassword=%s"
                                .formatted(arguments[1], arguments[3])
                        + ";trustStoreType=PKCS12;trustStorePath=%s;trustStorePassword=%s"
                                .formatted(arguments[2], arguments[3])
                        + ";defaultMqttSessionExpiryInterval=-1";
        Path data = Path.of(arguments[4]);
        Configuration configuration =
                new ConfigurationImpl()
                        .setPersistenceEnabled(true)
                        .setJournalType(JournalType.NIO)
                        .setJournalDatasync(true)
                        .setJournalSyncTransactional(true)
                        .setJournalSyncNonTransactional(true)
                        .setJournalDirectory(data.resolve("journal").toString())
                        .setBindingsDirectory(data.resolve("bindings").toString())
                        .setLargeMessagesDirectory(data.resolve("large").toString())
                        .setPagingDirectory(data.resolve("paging").toString())
                        .setSecurityEnabled(false)
                        .addAcceptorConfiguration("mqtt", acceptor);
        EmbeddedActiveMQ server = new EmbeddedActiveMQ();
        server.setConfiguration(configuration);
        server.start();
        System.out.println(
                "version " + server.getActiveMQServer().getVersion().getFullVersion());
        Thread.currentThread().join();
    }
}
