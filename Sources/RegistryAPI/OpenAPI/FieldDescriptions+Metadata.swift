extension FieldDescriptions {
  static let metadata: [String: Entry] = [
    "ObjectMeta": Entry(
      "What all objects have: name, identity, version and labels.",
      [
        "name": "The name, once in its namespace and kind. It cannot be changed.",
        "generateName": "What a generated name begins with, for an object that is created without a name.",
        "namespace": "The namespace that the object lives in; empty for kinds without one.",
        "selfLink": "Not used any more.",
        "uid": "The object's identity, once in all time. The server gives it.",
        "resourceVersion":
          "The version of the registry at which the object last changed. Sent back with an update, it makes sure that "
          + "nobody changed the object meanwhile.",
        "generation": "How often what the object is meant to be has changed, from 1 on.",
        "creationTimestamp": "When the object was created. The server sets it.",
        "deletionTimestamp": "When the object is to be gone, once its deletion was asked for.",
        "deletionGracePeriodSeconds":
          "How long the object may take to end once its deletion was asked for, in seconds.",
        "labels": "Names with values, by which objects are selected.",
        "annotations": "Names with values that are kept with the object and that nothing is selected by.",
        "ownerReferences": "The objects that this one belongs to; it goes when they all are gone.",
        "finalizers":
          "Who must have tidied up before the object goes. An object with finalizers is deleted when the last "
          + "one is taken out.",
        "managedFields": "Who set which fields, and when. The server keeps it.",
      ]),
    "OwnerReference": Entry(
      "An object that another one belongs to.",
      [
        "apiVersion": "The owner's group and version.",
        "kind": "The owner's kind.",
        "name": "The owner's name.",
        "uid": "The owner's identity.",
        "controller": "Whether the owner is the one that controls the object; at most one is.",
        "blockOwnerDeletion": "Whether the owner, deleted in the foreground, waits for the object to go.",
      ]),
    "ManagedFieldsEntry": Entry(
      "The fields that one manager set in one way.",
      [
        "manager": "Who set the fields.",
        "operation": "Apply for server-side apply, Update for all else.",
        "apiVersion": "The version that the fields are written in.",
        "time": "When the manager last changed them.",
        "fieldsType": "The form of fieldsV1: FieldsV1.",
        "fieldsV1": "The fields as a tree of their names.",
        "subresource": "The subresource through which they were set; empty for the object itself.",
      ]),
    "ObjectReference": Entry(
      "A reference to another object.",
      [
        "kind": "The object's kind.",
        "namespace": "The object's namespace.",
        "name": "The object's name.",
        "uid": "The object's identity.",
        "apiVersion": "The object's group and version.",
        "resourceVersion": "The version of the object that is meant.",
        "fieldPath": "The part of the object that is meant, such as spec.containers{web}.",
      ]),
    "Condition": conditions("Something that was found out about an object."),
    "NamespaceCondition": conditions("Something that was found out about a namespace."),
    "NodeCondition": conditions("Something that was found out about a node."),
    "PodCondition": conditions("Something that was found out about a Pod, such as that it is ready."),
  ]

  private static func conditions(_ text: String) -> Entry {
    Entry(
      text,
      [
        "type": "What is said: such as Ready.",
        "status": "True, False, or Unknown.",
        "observedGeneration": "The generation of the object that this was found out of.",
        "lastProbeTime": "When it was last looked at.",
        "lastHeartbeatTime": "When it was last looked at.",
        "lastTransitionTime": "When the status last changed.",
        "reason": "Why, in one word for programs.",
        "message": "Why, for people.",
      ])
  }
}
