/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.risk.advice;

import static dev.breakwater.server.risk.advice.Consequence.MONEY;
import static dev.breakwater.server.risk.advice.Consequence.OTHER_SYSTEMS;
import static dev.breakwater.server.risk.advice.Consequence.PHYSICAL_HARM;
import static dev.breakwater.server.risk.advice.Consequence.PRIVACY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.breakwater.server.risk.RiskProfile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AdvisorTest {

    private final Advisor advisor = new Advisor(Duration.ofDays(30));

    /** Each rule: circumstances in which it applies, those a step away in which it does not. */
    static Stream<Arguments> rules() {
        return Stream.of(
                rule("harm", of(false, 1, PHYSICAL_HARM), of(true, 99_999, MONEY)),
                rule(
                        "other-systems-within-reach",
                        of(true, 1, OTHER_SYSTEMS),
                        of(false, 1, OTHER_SYSTEMS)),
                rule(
                        "other-systems-from-many",
                        of(false, 10_000, OTHER_SYSTEMS),
                        of(false, 9_999, OTHER_SYSTEMS)),
                rule(
                        "people-and-money-of-many-within-reach",
                        of(true, 100_000, PRIVACY),
                        of(true, 99_999, PRIVACY)),
                rule(
                        "people-and-money-of-many-within-reach",
                        of(true, 100_000, MONEY),
                        of(false, 100_000, MONEY)),
                rule("other-systems", of(false, 1, OTHER_SYSTEMS), of(false, 1, PRIVACY)),
                rule("privacy", of(false, 1, PRIVACY), of(false, 1, MONEY)),
                rule("money", of(false, 1, MONEY), of(false, 1)),
                rule("many", of(false, 100_000), of(true, 99_999)));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void appliesEachRuleWhereItSaysAndNotAStepAway(
            String id, Circumstances inside, Circumstances outside) {
        assertThat(ids(advisor.advise(inside))).contains(id);
        assertThat(ids(advisor.advise(outside))).doesNotContain(id);
    }

    @Test
    void hasAScenePerRule() {
        Set<String> played = new TreeSet<>();
        rules().forEach(scene -> played.add((String) scene.get()[0]));
        Set<String> written = new TreeSet<>(Set.of("least"));
        written.addAll(played);
        assertThat(DecisionTable.RULES).extracting(Rule::id).hasSameElementsAs(written);
        assertThat(DecisionTable.RULES).extracting(Rule::id).doesNotHaveDuplicates();
    }

    /** Products as teams describe them. */
    static Stream<Arguments> products() {
        return Stream.of(
                product("an inventory beacon", of(true, 5_000), RiskProfile.LOW),
                product("a hundred thousand beacons", of(true, 100_000), RiskProfile.STANDARD),
                product("a fish tank", of(false, 5_000, MONEY), RiskProfile.STANDARD),
                product("a camera at home", of(false, 50_000, PRIVACY), RiskProfile.STANDARD),
                product("a heater", of(false, 100, PHYSICAL_HARM, MONEY), RiskProfile.CRITICAL),
                product("a street cabinet", of(true, 10, OTHER_SYSTEMS), RiskProfile.CRITICAL),
                product("parking meters", of(true, 200_000, MONEY), RiskProfile.CRITICAL));
    }

    @ParameterizedTest
    @MethodSource("products")
    void proposesTheStrictestThatARuleAsksFor(
            String name, Circumstances circumstances, RiskProfile proposed) {
        Advice advice = advisor.advise(circumstances);
        assertThat(advice.proposed()).as(name).isEqualTo(proposed);
        assertThat(advice.rules())
                .extracting(Rule::atLeast)
                .contains(proposed)
                .allMatch(profile -> profile.compareTo(proposed) <= 0);
    }

    /** More to lose, more within reach or more devices never lead to less. */
    @Test
    void neverProposesLessForWorseCircumstances() {
        List<Set<Consequence>> feared = new ArrayList<>();
        for (int bits = 0; bits < 16; bits++) {
            EnumSet<Consequence> some = EnumSet.noneOf(Consequence.class);
            for (Consequence consequence : Consequence.values()) {
                if ((bits & (1 << Arrays.asList(Consequence.values()).indexOf(consequence))) != 0) {
                    some.add(consequence);
                }
            }
            feared.add(some);
        }
        for (Set<Consequence> some : feared) {
            for (long fleet : new long[] {1, 9_999, 10_000, 99_999, 100_000}) {
                RiskProfile here = proposed(some, false, fleet);
                assertThat(proposed(some, true, fleet)).isGreaterThanOrEqualTo(here);
                assertThat(proposed(some, false, fleet * 10)).isGreaterThanOrEqualTo(here);
                for (Consequence another : Consequence.values()) {
                    EnumSet<Consequence> more = EnumSet.of(another);
                    more.addAll(some);
                    assertThat(proposed(more, false, fleet)).isGreaterThanOrEqualTo(here);
                }
            }
        }
    }

    @Test
    void countsWhatEachProfileCosts() {
        Advice advice =
                advisor.advise(new Circumstances(Set.of(MONEY), false, 10_000, true, 24, 0));

        assertThat(advice.options())
                .extracting(Advice.Option::profile)
                .containsExactly(RiskProfile.values());
        Cost standard = advice.options().get(1).cost();
        assertThat(standard.serverCpuMillisPerConnect()).isEqualTo(0.583);
        assertThat(standard.serverMemoryKibPerConnection()).isEqualTo(10.4);
        // 365 days, a certificate each 20 of them.
        assertThat(standard.renewalsPerYear()).isEqualTo(19);
        // 10,000 devices, 24 connects of 0.583 ms, and 19/365 of a renewal of 9.69 ms.
        assertThat(standard.serverCpuSecondsPerDay()).isCloseTo(145.0, within(0.1));
        assertThat(standard.serverMemoryMib()).isCloseTo(101.6, within(0.1));
        // 0.583 ms, 600 times as long, at 40 mW.
        assertThat(standard.batteryMillijoulesPerConnect()).isCloseTo(14.0, within(0.1));
        assertThat(standard.batteryMillijoulesPerDay()).isCloseTo(335.8, within(0.1));
        assertThat(standard.partsCentsHighest()).isZero();

        Cost critical = advice.options().get(2).cost();
        assertThat(critical.renewalsPerYear()).isEqualTo(79);
        assertThat(critical.batteryMillijoulesPerConnect()).isCloseTo(18.0, within(0.1));
        assertThat(critical.partsCentsLowest()).isEqualTo(50);
        assertThat(critical.partsCentsHighest()).isEqualTo(300);
        // Ninety days would be low's, but this server lets no certificate live so long.
        assertThat(advice.options().getFirst().cost().renewalsPerYear())
                .isEqualTo(standard.renewalsPerYear());
        assertThat(
                        new Advisor(Duration.ofDays(90))
                                .advise(of(false, 1))
                                .options()
                                .getFirst()
                                .cost()
                                .renewalsPerYear())
                .isEqualTo(7);
    }

    @Test
    void saysOfEveryFigureWhereItComesFrom() {
        assertThat(advisor.advise(of(false, 1)).figures())
                .isNotEmpty()
                .allSatisfy(
                        figure -> {
                            assertThat(figure.basis()).isIn("measured", "assumed");
                            assertThat(figure.source()).isNotBlank();
                        })
                .filteredOn(figure -> figure.basis().equals("measured"))
                .extracting(Figure::name)
                .containsExactly(
                        "server-cpu-per-connect",
                        "server-memory-per-connection",
                        "server-cpu-per-certificate");
    }

    @Test
    void leavesSomethingOpenWithEveryProfile() {
        for (Consequence consequence : Consequence.values()) {
            assertThat(advisor.advise(of(true, 1, consequence)).options())
                    .allSatisfy(
                            option -> {
                                assertThat(option.leavesOpen()).isNotEmpty();
                                assertThat(option.handling()).isNotEmpty();
                            });
        }
        assertThat(advisor.advise(of(true, 1)).options().get(1).leavesOpen())
                .anySatisfy(text -> assertThat(text).contains("read out of it"));
        assertThat(advisor.advise(of(false, 1)).options().get(1).leavesOpen())
                .noneSatisfy(text -> assertThat(text).contains("read out of it"));
        assertThat(advisor.advise(of(false, 1, PHYSICAL_HARM)).options().get(2).leavesOpen())
                .anySatisfy(text -> assertThat(text).contains("doing harm"));
    }

    /** A price does not change what a breach costs. */
    @Test
    void letsNoBudgetChangeTheProposalAndSaysSo() {
        Circumstances poor = new Circumstances(Set.of(PHYSICAL_HARM), false, 1, false, 24, 49);
        Circumstances able = new Circumstances(Set.of(PHYSICAL_HARM), false, 1, false, 24, 50);
        Circumstances rich = new Circumstances(Set.of(), false, 1, false, 24, 300);

        assertThat(advisor.advise(poor).proposed()).isEqualTo(RiskProfile.CRITICAL);
        assertThat(advisor.advise(poor).notes())
                .singleElement()
                .asString()
                .contains("49 cents does not pay");
        assertThat(advisor.advise(able).notes()).isEmpty();
        assertThat(advisor.advise(rich).proposed()).isEqualTo(RiskProfile.LOW);
        assertThat(advisor.advise(rich).notes())
                .singleElement()
                .asString()
                .contains("would pay for a secure element");
    }

    @Test
    void warnsOfABatteryThatConnectsOften() {
        assertThat(advisor.advise(new Circumstances(Set.of(), false, 1, true, 25, 0)).notes())
                .singleElement()
                .asString()
                .contains("25 connects a day");
        assertThat(advisor.advise(new Circumstances(Set.of(), false, 1, true, 24, 0)).notes())
                .isEmpty();
        assertThat(advisor.advise(new Circumstances(Set.of(), false, 1, false, 25, 0)).notes())
                .isEmpty();
    }

    @Test
    void refusesNumbersOutsideTheirBounds() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Circumstances(Set.of(), false, 0, false, 1, 0))
                .withMessageContaining("outside 1 to 1000000000");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Circumstances(Set.of(), false, 1, false, 0, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Circumstances(Set.of(), false, 1, false, 1, -1));
    }

    private RiskProfile proposed(Set<Consequence> feared, boolean reach, long fleet) {
        return advisor.advise(new Circumstances(feared, reach, fleet, false, 24, 0)).proposed();
    }

    private static List<String> ids(Advice advice) {
        return advice.rules().stream().map(Rule::id).toList();
    }

    private static Circumstances of(boolean reach, long fleet, Consequence... feared) {
        return new Circumstances(Set.of(feared), reach, fleet, false, 24, 0);
    }

    private static Arguments rule(String id, Circumstances inside, Circumstances outside) {
        return Arguments.of(id, inside, outside);
    }

    private static Arguments product(String name, Circumstances its, RiskProfile proposed) {
        return Arguments.of(name, its, proposed);
    }
}
