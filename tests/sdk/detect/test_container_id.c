/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/detect/detectors.h"
#include "support/test.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define TASK "d4e1c3b2a5968778695a4b3c2d1e0f00"

typedef struct {
    const char *text;
    const char *id;
} row;

static void the_id_is_found_in_the_control_groups(void **state)
{
    (void)state;
    static const row rows[] = {
        {"12:cpu,cpuacct:/docker/" ID "\n", ID},
        {"1:name=systemd:/user.slice\n0::/docker/" ID, ID},
        {"0::/system.slice/docker-" ID ".scope\n", ID},
        {"0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-" ID ".scope\n", ID},
        {"0::/kubepods/besteffort/pod-1/" ID "\n", ID},
        {"1:cpu:/kubepods-pod1.slice:cri-containerd:" ID "\n", ID},
        {"0::/machine.slice/libpod-" ID ".scope/container\n1:cpu:/machine.slice/libpod-" ID
         ".scope\n",
         ID},
        {"9:perf_event:/ecs/" TASK "/" TASK "-1234567890\n", TASK "-1234567890"},
        {"", ""},
        {"\n\n", ""},
        {"0::/\n", ""},
        {"0::/user.slice/user-1000.slice/session-3.scope\n", ""},
        {"0::/docker/" ID "0\n", ""},
        {"0::/docker/0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef\n", ""},
        {"0::/ecs/" TASK "-\n", ""},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_str id = otelmq_container_id_in_cgroup(otelmq_str_from(rows[i].text));
        assert_same_str(id, otelmq_str_from(rows[i].id), rows[i].text);
    }
}

static void the_id_is_found_in_the_mounts(void **state)
{
    (void)state;
    static const row rows[] = {
        {"715 703 0:63 / / rw - overlay overlay rw\n"
         "720 715 259:1 /var/lib/docker/containers/" ID "/hostname /etc/hostname rw - ext4\n",
         ID},
        {"720 715 0:1 /containers/storage/overlay-containers/" ID
         "/userdata/hostname /etc/hostname rw - tmpfs\n",
         ID},
        /* The sandbox of a pod is not the container. */
        {"720 715 0:1 /var/lib/containerd/io.containerd.grpc.v1.cri/sandboxes/" ID
         "/hostname /etc/hostname rw - ext4\n",
         ""},
        {"720 715 0:1 /var/lib/kubelet/pods/1/containers/app/a1b2c3d4 /dev/termination-log rw\n",
         ""},
        /* A host that runs containers is none. */
        {"720 715 0:50 / /var/lib/docker/containers/" ID "/mounts/shm rw - tmpfs shm rw\n", ""},
        {"720 715", ""},
        {"", ""},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_str id = otelmq_container_id_in_mountinfo(otelmq_str_from(rows[i].text));
        assert_same_str(id, otelmq_str_from(rows[i].id), rows[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_id_is_found_in_the_control_groups),
        cmocka_unit_test(the_id_is_found_in_the_mounts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
