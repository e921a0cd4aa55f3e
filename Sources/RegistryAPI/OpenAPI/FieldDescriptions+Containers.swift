extension FieldDescriptions {
  static let containers: [String: Entry] = [
    "Container": Entry(
      "A program of a Pod.",
      [
        "name": "The container's name, once in its Pod.",
        "image": "The image that the container is made of.",
        "command": "What is run, instead of the image's entry point.",
        "args": "The arguments of what is run.",
        "workingDir": "The folder that it runs in.",
        "ports": "The ports that the program listens on.",
        "envFrom": "Where many variables of its environment come from.",
        "env": "The variables of its environment.",
        "resources": "What it may use, and what is set aside for it.",
        "resizePolicy": "Whether a change of resources starts it again.",
        "restartPolicy": "Always makes a container that runs first go on running beside the others.",
        "restartPolicyRules": "When it is started again, by how it ended.",
        "volumeMounts": "Where its volumes are.",
        "volumeDevices": "Where its block devices are.",
        "livenessProbe": "What shows that it lives; when it does not, it is started again.",
        "readinessProbe": "What shows that it takes connections; when it does not, Services leave it out.",
        "startupProbe": "What shows that it has started; until then the other probes wait.",
        "lifecycle": "What is done when it has started, and before it ends.",
        "terminationMessagePath": "The file that it writes its last words to.",
        "terminationMessagePolicy": "Where last words come from: File, or FallbackToLogsOnError.",
        "imagePullPolicy": "When the image is fetched: Always, IfNotPresent or Never.",
        "securityContext": "What it may do.",
        "stdin": "Whether it has a standard input.",
        "stdinOnce": "Whether its standard input ends with the first who attaches.",
        "tty": "Whether it has a terminal.",
      ]),
    "ContainerPort": Entry(
      "A port that a container listens on.",
      [
        "name": "The port's name, which a Service's targetPort may use.",
        "hostPort": "The same port of the node, for Pods that take one.",
        "containerPort": "The number: 1–65535.",
        "protocol": "TCP, UDP or SCTP; TCP unless it is set.",
        "hostIP": "The address of the node that hostPort is taken at.",
      ]),
    "Probe": Entry(
      "A question to a container, asked again and again: one of exec, httpGet, tcpSocket and grpc.",
      [
        "exec": "A program in the container that must end with status 0.",
        "httpGet": "A page that must be there: a status from 200 to 399.",
        "tcpSocket": "A port that must take connections.",
        "grpc": "A port that must say SERVING by gRPC's health protocol.",
        "initialDelaySeconds": "How long after the container's start it is first asked, in seconds.",
        "timeoutSeconds": "How long an answer may take, in seconds; 1 unless it is set.",
        "periodSeconds": "How often it is asked, in seconds; 10 unless it is set.",
        "successThreshold": "How many good answers in a row make it good; 1 unless it is set.",
        "failureThreshold": "How many bad answers in a row make it bad; 3 unless it is set.",
        "terminationGracePeriodSeconds": "How long the container may take to end when it fails, in seconds.",
      ]),
    "ExecAction": Entry("A program to run.", ["command": "The program and its arguments, without a shell."]),
    "HTTPGetAction": Entry(
      "A page to ask for.",
      [
        "path": "The page's path.",
        "port": "The port, by number or by name.",
        "host": "The host to ask; the Pod's address unless it is set.",
        "scheme": "HTTP or HTTPS.",
        "httpHeaders": "Header fields of the request.",
      ]),
    "HTTPHeader": Entry("A header field of a request.", ["name": "The field's name.", "value": "The field's value."]),
    "TCPSocketAction": Entry(
      "A port to connect to.",
      ["port": "The port, by number or by name.", "host": "The host; the Pod's address unless it is set."]),
    "GRPCAction": Entry(
      "A port to ask by gRPC's health protocol.",
      ["port": "The port's number.", "service": "The service to ask for; empty for the server as a whole."]),
    "EnvVar": Entry(
      "A variable of an environment.",
      [
        "name": "The variable's name.",
        "value": "The variable's value.",
        "valueFrom": "Where its value comes from.",
      ]),
    "EnvFromSource": Entry(
      "Where many variables come from.",
      [
        "prefix": "What their names begin with.",
        "configMapRef": "The ConfigMap that has them.",
        "secretRef": "The Secret that has them.",
      ]),
    "ResourceRequirements": Entry(
      "What a container may use, and what is set aside for it.",
      [
        "limits": "The most of each resource.",
        "requests": "How much of each resource is set aside.",
        "claims": "The claims of devices that it uses.",
      ]),
    "ContainerResizePolicy": Entry(
      "What a change of a resource does.",
      ["resourceName": "The resource: cpu or memory.", "restartPolicy": "NotRequired, or RestartContainer."]),
    "VolumeMount": Entry(
      "Where a volume is in a container.",
      [
        "name": "The volume's name.",
        "readOnly": "Whether it cannot be written to.",
        "recursiveReadOnly": "Whether what is mounted in it cannot be written to either.",
        "mountPath": "The path in the container.",
        "subPath": "The folder of the volume; the whole volume unless it is set.",
        "mountPropagation": "Whether mounts go from the node to the container, and back.",
        "subPathExpr": "The folder of the volume, with variables such as $(NAME).",
      ]),
    "VolumeDevice": Entry(
      "Where a block device is in a container.",
      ["name": "The volume's name.", "devicePath": "The path in the container."]),
    "Lifecycle": Entry(
      "What is done at a container's start and end.",
      [
        "postStart": "What is done when it has started.",
        "preStop": "What is done before it ends.",
        "stopSignal": "The signal that ends it.",
      ]),
    "LifecycleHandler": Entry("Something that is done for a container.", [:]),
    "ConfigMapEnvSource": Entry("A ConfigMap with variables.", [:]),
    "ContainerRestartRule": Entry("When a container is started again.", [:]),
    "ContainerUser": Entry("Who a container runs as.", [:]),
    "EnvVarSource": Entry("Where a variable's value comes from.", [:]),
    "ResourceClaim": Entry("A claim of devices that a container uses.", [:]),
    "ResourceStatus": Entry("How devices are that a container got.", [:]),
    "SecretEnvSource": Entry("A Secret with variables.", [:]),
    "SecurityContext": Entry("What a container may do.", [:]),
    "VolumeMountStatus": Entry("Where a volume is.", [:]),
  ]
}
