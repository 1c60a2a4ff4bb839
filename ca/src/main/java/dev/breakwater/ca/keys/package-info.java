/**
 * Where the private keys of the certificate authority live.
 *
 * <p>A private key never leaves this package: outside it there is only {@link
 * dev.breakwater.ca.keys.CaKey}, which signs. Two stores: files sealed with AES-256-GCM, and a
 * PKCS#11 token in which the keys are made and from which they cannot be taken. Certificates lie
 * beside, in the clear. Every write is whole or absent after a crash. A store refuses to replace a
 * key, and refuses a file it cannot open in one sentence and without touching it. Read {@link
 * dev.breakwater.ca.keys.CaKeyStore} first.
 */
@NullMarked
package dev.breakwater.ca.keys;

import org.jspecify.annotations.NullMarked;
