/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.load;

import java.net.Socket;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.KeyManagerFactorySpi;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Gives each TLS engine the key of its own device. One TLS context serves the whole fleet that way;
 * a context for each device would cost more memory than the connections themselves.
 */
final class EngineKeys extends X509ExtendedKeyManager {

    private final Map<SSLEngine, DeviceIdentity> handshaking = new ConcurrentHashMap<>();
    private final Map<String, DeviceIdentity> bySerial = new ConcurrentHashMap<>();

    /** From now until its handshake, the engine is this device's. */
    void bind(SSLEngine engine, DeviceIdentity device) {
        bySerial.putIfAbsent(device.serial(), device);
        handshaking.put(engine, device);
    }

    /** The handshake is over, or never came about. */
    void release(SSLEngine engine) {
        handshaking.remove(engine);
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, SSLEngine engine) {
        DeviceIdentity device = handshaking.get(engine);
        return device == null ? null : device.serial();
    }

    /** Only its own: every server here has the issuer's already. */
    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        DeviceIdentity device = bySerial.get(alias);
        return device == null ? null : new X509Certificate[] {device.chain().getFirst()};
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        DeviceIdentity device = bySerial.get(alias);
        return device == null ? null : device.key();
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return bySerial.keySet().toArray(new String[0]);
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, Socket socket) {
        return null;
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseServerAlias(
            String keyType, Principal @Nullable [] issuers, Socket socket) {
        return null;
    }

    /** The same in the form that a TLS context takes. */
    KeyManagerFactory factory() {
        return new Factory(this);
    }

    private static final class Factory extends KeyManagerFactory {

        Factory(EngineKeys keys) {
            super(new Spi(keys), null, "one key for each engine");
        }
    }

    private static final class Spi extends KeyManagerFactorySpi {

        private final EngineKeys keys;

        Spi(EngineKeys keys) {
            this.keys = keys;
        }

        @Override
        protected void engineInit(@Nullable KeyStore store, char @Nullable [] password) {}

        @Override
        protected void engineInit(ManagerFactoryParameters parameters) {}

        @Override
        protected KeyManager[] engineGetKeyManagers() {
            return new KeyManager[] {keys};
        }
    }
}
