/**
 * Tests of the JUnit extension, which run test classes with JUnit's test kit.
 *
 * <p>The counterparts of the tests of AnyIO's pytest plugin, {@code tests/test_pytest_plugin.py}:
 *
 * <table>
 *   <caption>tests there and here</caption>
 *   <tr><td>{@code test_plugin}, {@code test_autouse_async_fixture}, {@code test_async_fixture_in_test_class},
 *       {@code test_asyncgen_fixture_in_test_class}, {@code test_cancel_scope_in_asyncgen_fixture}
 *       <td>{@code MethodFormTest.aTestAndItsLifecycleMethodsAreOneTask}
 *   <tr><td>{@code test_asyncio}
 *       <td>{@code MethodFormTest.theFailureOfABackgroundTaskFailsTheTestAtOnce}, {@code BrokenRoundTest}
 *   <tr><td>{@code test_module_scoped_task_group_fixture}, {@code test_async_fixture_teardown_after_sync_test}
 *       <td>{@code ClassFormTest.everyKindOfTestRunsInTheTaskOfItsClass}, {@code LeakCheckTest.aTaskInTheGroupOfTheClass}
 *   <tr><td>{@code test_keyboardinterrupt_during_test}, {@code test_keyboard_interrupt_does_not_resume_test}
 *       <td>{@code MethodFormTest.aTimeOutCancelsTheTestAndShowsItsTasks}
 *   <tr><td>{@code test_outcome_exception_does_not_discard_runner_task}
 *       <td>{@code BrokenRoundTest.anAbortedTestKeepsTheRoundAlive}
 *   <tr><td>{@code test_async_fixture_params} <td>{@code ClassFormTest.aNestedClassCanHaveParameters}
 *   <tr><td>{@code TestFreePortFactory} <td>{@code FreePortsTest}
 *   <tr><td>{@code test_dynamic_async_fixture_access_does_not_hang} <td>none: JUnit has no fixtures that a test requests
 * </table>
 *
 * The others concern pytest itself: its marks, modes and command line, hypothesis and the debugger.
 */
package io.anyio.junit;
