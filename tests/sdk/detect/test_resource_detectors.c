/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/detect/detected.h"
#include "sdk/detect/detectors.h"
#include "sdk/detect/file_tree.h"

#include <gnu/libc-version.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <unistd.h>

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define MACHINE_ID "fdbf79e8af94cb7f9e8df36789187052"

static file_tree tree;

static int set_up(void **state)
{
    (void)state;
    static const char *const variables[] = {
        "OTEL_SERVICE_NAME", "OTEL_RESOURCE_ATTRIBUTES",
        "POD_NAME",          "POD_NAMESPACE",
        "NODE_NAME",         "POD_UID",
        "CONTAINER_NAME",    "KUBERNETES_SERVICE_HOST",
    };
    for (size_t i = 0; i < COUNT_OF(variables); i++) {
        unsetenv(variables[i]);
    }
    file_tree_create(&tree);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    file_tree_destroy(&tree);
    return 0;
}

static void put(const char *path, const char *text)
{
    file_tree_write(&tree, path, text, strlen(text));
}

static void the_host_has_name_architecture_and_id(void **state)
{
    (void)state;
    struct utsname system;
    assert_int_equal(uname(&system), 0);
    put("/etc/machine-id", MACHINE_ID "\n");
    const otelmq_resource *resource = detect(otelmq_detector_host_below(tree.root));
    assert_detected(resource, "host.name", system.nodename);
    assert_int_equal(detected_value(resource, "host.arch").type, OTELMQ_VALUE_STRING);
    assert_detected(resource, "host.id", MACHINE_ID);
    assert_detected(resource, "os.type", "linux");
    assert_string_equal(otelmq_resource_schema_url(resource), OTELMQ_SCHEMA_URL);
    otelmq_resource_release(resource);
}

static void the_id_of_the_host_has_two_sources_and_one_form(void **state)
{
    (void)state;
    static const struct {
        const char *first;
        const char *second;
        const char *id;
    } rows[] = {
        {MACHINE_ID, MACHINE_ID "1", MACHINE_ID}, {"uninitialized\n", MACHINE_ID "\n", MACHINE_ID},
        {"", MACHINE_ID "\n", MACHINE_ID},        {"", "", NULL},
        {MACHINE_ID "0\n", "../etc\n", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        put("/etc/machine-id", rows[i].first);
        put("/var/lib/dbus/machine-id", rows[i].second);
        const otelmq_resource *resource = detect(otelmq_detector_host_below(tree.root));
        assert_detected(resource, "host.id", rows[i].id);
        otelmq_resource_release(resource);
    }
}

/* As a crash may leave the file behind. */
static void a_machine_id_of_zero_bytes_is_none(void **state)
{
    (void)state;
    static const char zeros[32] = {0};
    file_tree_write(&tree, "/etc/machine-id", zeros, sizeof(zeros));
    const otelmq_resource *resource = detect(otelmq_detector_host_below(tree.root));
    assert_detected(resource, "host.id", NULL);
    otelmq_resource_release(resource);
}

static void a_container_does_not_tell_the_id_of_its_host(void **state)
{
    (void)state;
    static const char *const signs[] = {"/.dockerenv", "/run/.containerenv"};
    put("/etc/machine-id", MACHINE_ID "\n");
    for (size_t i = 0; i < COUNT_OF(signs); i++) {
        put(signs[i], "");
        const otelmq_resource *resource = detect(otelmq_detector_host_below(tree.root));
        assert_detected(resource, "host.id", NULL);
        otelmq_resource_release(resource);
        file_tree_destroy(&tree);
        file_tree_create(&tree);
        put("/etc/machine-id", MACHINE_ID "\n");
    }
    put("/proc/self/cgroup", "0::/docker/" ID "\n");
    const otelmq_resource *resource = detect(otelmq_detector_host_below(tree.root));
    assert_detected(resource, "host.id", NULL);
    otelmq_resource_release(resource);
}

static void the_operating_system_is_that_of_os_release(void **state)
{
    (void)state;
    put("/usr/lib/os-release", "PRETTY_NAME='Other'\n");
    put("/etc/os-release", "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n"
                           "NAME=\"Debian \\\"GNU\\\"/Linux\"\n"
                           "# VERSION_ID=13\n"
                           "VERSION_ID=12\n"
                           "BUILD_ID='2024.1'");
    const otelmq_resource *resource = detect(otelmq_detector_os_below(tree.root));
    assert_detected(resource, "os.type", "linux");
    assert_detected(resource, "os.name", "Debian \"GNU\"/Linux");
    assert_detected(resource, "os.version", "12");
    assert_detected(resource, "os.description", "Debian GNU/Linux 12 (bookworm)");
    assert_detected(resource, "os.build_id", "2024.1");
    assert_string_equal(otelmq_resource_schema_url(resource), OTELMQ_SCHEMA_URL);
    otelmq_resource_release(resource);
}

static void without_os_release_the_kernel_is_what_is_known(void **state)
{
    (void)state;
    struct utsname system;
    char description[2 * sizeof(system.release)];
    assert_int_equal(uname(&system), 0);
    snprintf(description, sizeof(description), "%s %s", system.sysname, system.release);
    const otelmq_resource *resource = detect(otelmq_detector_os_below(tree.root));
    assert_detected(resource, "os.description", description);
    assert_detected(resource, "os.build_id", system.release);
    assert_detected(resource, "os.version", NULL);
    otelmq_resource_release(resource);
}

static void the_process_is_described_without_its_arguments(void **state)
{
    (void)state;
    static const char command[] = "/usr/bin/orders\0--password\0secret";
    char passwd[128];
    snprintf(passwd, sizeof(passwd), "broken\nnobody:x:%u1:1::/:\nworker:x:%u:1::/:\n",
             (unsigned)geteuid(), (unsigned)geteuid());
    file_tree_write(&tree, "/proc/self/cmdline", command, sizeof(command));
    file_tree_link(&tree, "/proc/self/exe", "/opt/shop/orders-1.2");
    put("/etc/passwd", passwd);
    put("/proc/stat", "cpu 1 2\nbtime 1700000000\n");
    put("/proc/self/stat",
        "7 (or) ders) S 1 1 1 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 12345 1 1\n");
    const otelmq_resource *resource = detect(otelmq_detector_process_below(tree.root));
    assert_int_equal(detected_value(resource, "process.pid").as.integer, getpid());
    assert_detected(resource, "process.executable.name", "orders-1.2");
    assert_detected(resource, "process.executable.path", "/opt/shop/orders-1.2");
    assert_detected(resource, "process.command", "/usr/bin/orders");
    assert_int_equal(detected_value(resource, "process.args_count").as.integer, 3);
    assert_detected(resource, "process.command_args", NULL);
    assert_detected(resource, "process.owner", "worker");
    assert_detected(resource, "process.runtime.name", "glibc");
    assert_detected(resource, "process.runtime.version", gnu_get_libc_version());
    if (sysconf(_SC_CLK_TCK) == 100) {
        assert_detected(resource, "process.creation.time", "2023-11-14T22:15:23.450Z");
    }
    assert_string_equal(otelmq_resource_schema_url(resource), OTELMQ_SCHEMA_URL);
    otelmq_resource_release(resource);
}

static void a_process_of_which_nothing_can_be_read_has_a_pid_and_a_name(void **state)
{
    (void)state;
    put("/proc/self/stat", "7 (cut");
    const otelmq_resource *resource = detect(otelmq_detector_process_below(tree.root));
    assert_int_equal(detected_value(resource, "process.pid").as.integer, getpid());
    assert_detected(resource, "process.executable.name", "test_resource_detectors");
    assert_detected(resource, "process.executable.path", NULL);
    assert_detected(resource, "process.creation.time", NULL);
    otelmq_resource_release(resource);
}

static void the_arguments_have_a_detector_of_their_own(void **state)
{
    (void)state;
    static const char command[] = "orders\0\0--fast";
    const otelmq_resource *none = detect(otelmq_detector_command_args_below(tree.root));
    assert_int_equal(detected_count(none), 0);
    otelmq_resource_release(none);
    file_tree_write(&tree, "/proc/self/cmdline", command, sizeof(command));
    const otelmq_resource *resource = detect(otelmq_detector_command_args_below(tree.root));
    otelmq_value arguments = detected_value(resource, "process.command_args");
    assert_int_equal(arguments.type, OTELMQ_VALUE_STRING_ARRAY);
    assert_int_equal(arguments.count, 3);
    assert_str(arguments.as.strings[0], "orders");
    assert_str(arguments.as.strings[1], "");
    assert_str(arguments.as.strings[2], "--fast");
    otelmq_resource_release(resource);
}

static void the_container_has_an_id_of_its_groups_or_mounts(void **state)
{
    (void)state;
    const otelmq_resource *none = detect(otelmq_detector_container_below(tree.root));
    assert_int_equal(detected_count(none), 0);
    assert_string_equal(otelmq_resource_schema_url(none), "");
    otelmq_resource_release(none);
    put("/proc/self/cgroup", "0::/\n");
    put("/proc/self/mountinfo", "1 2 0:1 /docker/containers/" ID "/hosts /etc/hosts rw\n");
    const otelmq_resource *resource = detect(otelmq_detector_container_below(tree.root));
    assert_detected(resource, "container.id", ID);
    assert_string_equal(otelmq_resource_schema_url(resource), OTELMQ_SCHEMA_URL);
    otelmq_resource_release(resource);
}

static void a_pod_tells_its_names_by_the_downward_api(void **state)
{
    (void)state;
    setenv("POD_NAME", "orders-1", 1);
    setenv("POD_NAMESPACE", "shop", 1);
    setenv("NODE_NAME", "node-7", 1);
    setenv("POD_UID", "275ecb36-5aa8-4c2a-9c47-d8bb681b9aff", 1);
    setenv("CONTAINER_NAME", "app", 1);
    const otelmq_resource *resource = detect(otelmq_resource_detector_kubernetes());
    assert_detected(resource, "k8s.pod.name", "orders-1");
    assert_detected(resource, "k8s.namespace.name", "shop");
    assert_detected(resource, "k8s.node.name", "node-7");
    assert_detected(resource, "k8s.pod.uid", "275ecb36-5aa8-4c2a-9c47-d8bb681b9aff");
    assert_detected(resource, "k8s.container.name", "app");
    assert_string_equal(otelmq_resource_schema_url(resource), OTELMQ_SCHEMA_URL);
    otelmq_resource_release(resource);
}

static void outside_of_kubernetes_a_node_name_means_something_else(void **state)
{
    (void)state;
    setenv("NODE_NAME", "jenkins-3", 1);
    const otelmq_resource *resource = detect(otelmq_resource_detector_kubernetes());
    assert_int_equal(detected_count(resource), 0);
    assert_string_equal(otelmq_resource_schema_url(resource), "");
    otelmq_resource_release(resource);
    setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1", 1);
    resource = detect(otelmq_resource_detector_kubernetes());
    assert_detected(resource, "k8s.node.name", "jenkins-3");
    assert_int_equal(detected_count(resource), 1);
    otelmq_resource_release(resource);
}

static void the_service_has_a_name_and_a_random_instance_id(void **state)
{
    (void)state;
    setenv("OTEL_SERVICE_NAME", "orders", 1);
    const otelmq_resource *resource = detect(otelmq_resource_detector_service());
    const otelmq_resource *other = detect(otelmq_resource_detector_service());
    otelmq_str id = detected_value(resource, "service.instance.id").as.string;
    assert_detected(resource, "service.name", "orders");
    assert_int_equal(id.len, 36);
    assert_int_equal(id.data[14], '4');
    assert_false(otelmq_str_equal(id, detected_value(other, "service.instance.id").as.string));
    assert_string_equal(otelmq_resource_schema_url(resource), OTELMQ_SCHEMA_URL);
    otelmq_resource_release(resource);
    otelmq_resource_release(other);
}

static void the_environment_has_no_schema_url(void **state)
{
    (void)state;
    setenv("OTEL_RESOURCE_ATTRIBUTES", "team=shop", 1);
    const otelmq_resource *resource = detect(otelmq_resource_detector_environment());
    assert_detected(resource, "team", "shop");
    assert_string_equal(otelmq_resource_schema_url(resource), "");
    otelmq_resource_release(resource);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(the_host_has_name_architecture_and_id),
        T(a_machine_id_of_zero_bytes_is_none),
        T(the_id_of_the_host_has_two_sources_and_one_form),
        T(a_container_does_not_tell_the_id_of_its_host),
        T(the_operating_system_is_that_of_os_release),
        T(without_os_release_the_kernel_is_what_is_known),
        T(the_process_is_described_without_its_arguments),
        T(a_process_of_which_nothing_can_be_read_has_a_pid_and_a_name),
        T(the_arguments_have_a_detector_of_their_own),
        T(the_container_has_an_id_of_its_groups_or_mounts),
        T(a_pod_tells_its_names_by_the_downward_api),
        T(outside_of_kubernetes_a_node_name_means_something_else),
        T(the_service_has_a_name_and_a_random_instance_id),
        T(the_environment_has_no_schema_url),
    };
#undef T
    return cmocka_run_group_tests(tests, NULL, NULL);
}
