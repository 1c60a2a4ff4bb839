/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.net.ServerSocket;
import java.nio.channels.ServerSocketChannel;
import java.security.SecureRandom;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Who may depend on whom. */
class DependenciesTest {

    private static final JavaClasses CLASSES = Breakwater.classes();

    @Test
    void packagesFormNoCycle() {
        slices().matching("dev.breakwater.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void protocolDependsOnNothingOfOurs() {
        noClasses()
                .that()
                .resideInAPackage("dev.breakwater.protocol..")
                .should()
                .dependOnClassesThat(ofOursOutside("dev.breakwater.protocol"))
                .check(CLASSES);
    }

    @Test
    void deviceDependsOnProtocolOnly() {
        noClasses()
                .that()
                .resideInAPackage("dev.breakwater.device..")
                .should()
                .dependOnClassesThat(
                        ofOursOutside("dev.breakwater.protocol", "dev.breakwater.device"))
                .check(CLASSES);
    }

    /** It runs in a phone's app: what it would bring along, every phone would carry. */
    @Test
    void companionDependsOnProtocolOnly() {
        noClasses()
                .that()
                .resideInAPackage("dev.breakwater.companion..")
                .should()
                .dependOnClassesThat(
                        ofOursOutside("dev.breakwater.protocol", "dev.breakwater.companion"))
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("dev.breakwater.companion..")
                .and()
                .doNotHaveFullyQualifiedName("dev.breakwater.companion.LabelImage")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.awt..", "javax.imageio..", "com.google.zxing..")
                .check(CLASSES);
    }

    /** What the app's commands can do an owner's phone can, too. */
    @Test
    void theOwnersAppNeedsNothingOfTheOperatorsClient() {
        noClasses()
                .that()
                .resideInAPackage("dev.breakwater.cli.app..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.breakwater.cli.client..",
                        "dev.breakwater.server..",
                        "dev.breakwater.device..")
                .check(CLASSES);
    }

    /** Nothing of a device listens but what sets it up. */
    @Test
    void onlySetUpListensOnADevice() {
        noClasses()
                .that()
                .resideInAPackage("dev.breakwater.device..")
                .and()
                .resideOutsideOfPackage("dev.breakwater.device.setup..")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ServerSocket.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(ServerSocketChannel.class)
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("dev.breakwater.device..")
                .and()
                .resideOutsideOfPackage("dev.breakwater.device.setup..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.breakwater.device.setup..")
                .check(CLASSES);
    }

    @Test
    void certificateAuthorityDependsOnProtocolOnly() {
        noClasses()
                .that()
                .resideInAPackage("dev.breakwater.ca..")
                .should()
                .dependOnClassesThat(ofOursOutside("dev.breakwater.protocol", "dev.breakwater.ca"))
                .check(CLASSES);
    }

    /**
     * Nothing but the authority can sign as a CA; the assembly chooses where the keys live, and no
     * more.
     */
    @Test
    void onlyTheAuthorityTouchesItsKeys() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.breakwater.ca..")
                .and()
                .haveNameNotMatching(
                        "dev\\.breakwater\\.server\\.(ServerAssembly|Ground|Identities|KeysAtRest).*")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.breakwater.ca.keys..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.breakwater.ca..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("dev.breakwater.ca.keys.CaKey")
                .check(CLASSES);
        // A token's keys are with whoever logs in to it: the authority, and who signs releases.
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "dev.breakwater.ca..", "dev.breakwater.cli.release.signing..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.breakwater.ca.token..")
                .check(CLASSES);
    }

    /** A device with a good certificate connects, whoever else uses its address. */
    @Test
    void theChannelKnowsNoBans() {
        noClasses()
                .that()
                .resideInAPackage("dev.breakwater.server.channel..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.breakwater.server.ban..")
                .check(CLASSES);
    }

    /**
     * Whatever nobody may guess is drawn in one place, so that no secret is made by a generator
     * that can be foreseen. Who needs a random number for something else stands here, with the
     * reason.
     */
    @Test
    void randomNumbersComeFromOneSecureGenerator() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.breakwater.protocol.SecureBytes")
                .and()
                // Spreads the times at which an agent tries again.
                .doNotHaveFullyQualifiedName("dev.breakwater.device.AgentEnvironment")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(SecureRandom.class)
                .check(CLASSES);
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.breakwater.protocol.SecureBytes")
                .and()
                .doNotHaveFullyQualifiedName("dev.breakwater.device.AgentEnvironment")
                .and()
                // Spreads the times at which devices come back.
                .doNotHaveFullyQualifiedName("dev.breakwater.server.channel.ReconnectHints")
                .and()
                // Spreads the times at which they ask for files again.
                .doNotHaveFullyQualifiedName("dev.breakwater.server.delivery.ReturnSpread")
                .and()
                // Tells one life of the server from the next in the ids of events.
                .doNotHaveFullyQualifiedName("dev.breakwater.server.event.EventRing")
                .and()
                // Plays a tank, the same one for the same seed.
                .doNotHaveFullyQualifiedName("dev.breakwater.fishtank.hardware.SimulatedTank")
                .and()
                // Measures, and is no part of a server.
                .resideOutsideOfPackages("dev.breakwater.bench..", "dev.breakwater.testkit..")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(Random.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(SplittableRandom.class)
                .orShould()
                .callMethod(Math.class, "random")
                .check(CLASSES);
    }

    @Test
    void onlyTheStoreSpeaksSql() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.breakwater.server.store..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.sql..",
                        "javax.sql..",
                        "org.sqlite..",
                        "org.postgresql..",
                        "com.zaxxer..")
                .check(CLASSES);
    }

    /** The event loop serves thousands of devices: one blocking call stops them all. */
    @Test
    void theChannelNeverCallsTheStore() {
        noClasses()
                .that()
                .resideInAPackage("dev.breakwater.server.channel..")
                .should()
                .dependOnClassesThat(
                        DescribedPredicate.describe(
                                "are a store",
                                (JavaClass type) ->
                                        type.getPackageName()
                                                        .startsWith("dev.breakwater.server.store")
                                                || (type.getPackageName()
                                                                .startsWith("dev.breakwater.")
                                                        && type.getSimpleName().endsWith("Store"))))
                .check(CLASSES);
    }

    /**
     * Features know their store interfaces; that SQL stands behind them is the assembly's knowledge
     * alone.
     */
    @Test
    void featuresDoNotKnowTheStorePackage() {
        noClasses()
                .that()
                .resideInAPackage("dev.breakwater.server.*..")
                .and()
                .resideOutsideOfPackage("dev.breakwater.server.store..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.breakwater.server.store..")
                .check(CLASSES);
    }

    /** Static state outlives every test and every tenant. */
    @Test
    void noStaticFieldCanBeReassigned() {
        fields().that().areStatic().should().beFinal().check(CLASSES);
    }

    @Test
    void everyPackageSaysThatItIsNullMarked() {
        classes()
                .that()
                .haveSimpleName("package-info")
                .should()
                .beAnnotatedWith("org.jspecify.annotations.NullMarked")
                .check(CLASSES);
    }

    private static DescribedPredicate<JavaClass> ofOursOutside(String... packages) {
        return DescribedPredicate.describe(
                "are ours outside " + String.join(", ", packages),
                type -> {
                    if (!type.getPackageName().startsWith("dev.breakwater")) {
                        return false;
                    }
                    for (String allowed : packages) {
                        if (type.getPackageName().equals(allowed)
                                || type.getPackageName().startsWith(allowed + ".")) {
                            return false;
                        }
                    }
                    return true;
                });
    }
}
